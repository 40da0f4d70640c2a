import { type Rule, wholeNumber } from "../../../contract/options.ts";

/** The name or address of a host. */
export const HOST: Rule = {
  expected: "the name or address of a host",
  accepts: (value) => typeof value === "string" && /^[^\s/]+$/.test(value),
};

/** A port that can be connected to. */
export const PORT: Rule = wholeNumber(1, 65_535, "a port");

/** The part of a socket that is waited for here. */
interface Opening {
  once(event: string, listener: (failure?: Error) => void): unknown;
  on(event: "error", listener: (failure: Error) => void): unknown;
  destroy(): unknown;
}

/**
 * Waits for an event of a socket, uses the socket, and destroys it in any case, when aborted at once.
 */
export async function throughSocket<S extends Opening, T>(
  socket: S,
  ready: string,
  signal: AbortSignal,
  use: (socket: S) => T | Promise<T>,
): Promise<T> {
  const destroy = () => socket.destroy();
  signal.addEventListener("abort", destroy, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.once("close", () => reject(new Error("The connection was closed.")));
      socket.once(ready, () => resolve());
      if (signal.aborted) reject(signal.reason);
    });
    return await use(socket);
  } finally {
    signal.removeEventListener("abort", destroy);
    destroy();
  }
}
