import { connect } from "node:net";

/**
 * Opens a connection to an endpoint, and closes it. Resolves to why none came about within `limit` milliseconds, and to
 * `undefined` when one did.
 */
export function connectionFailure(url: URL, limit: number): Promise<string | undefined> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (failure: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const timer = setTimeout(settle, limit, `no connection came about within ${limit} ms`);
    socket.on("connect", () => settle(undefined));
    socket.on("error", (error) => settle(messageOf(error)));
  });
}

/** Of a name with several addresses, the error lists the failure of each. */
function messageOf(error: Error): string {
  const all = error instanceof AggregateError ? error.errors : [error];
  return all.map((each: Error) => each.message).join("; ");
}
