import type { Clock } from "../engine/clock.ts";
import type { WebSockets } from "./connections/web-sockets.ts";
import type { CutOff, ServerDrain } from "./server-drain.ts";

/** What is closed together, and how long that may take, in milliseconds. */
export interface Closing {
  readonly traffics: readonly ServerDrain[];
  readonly webSockets: readonly WebSockets[];
  readonly quiet: number;
  readonly timeout: number;
  readonly clock: Pick<Clock, "after">;
  /** Resolves when time is over before that. */
  readonly sooner: Promise<unknown>;
}

/** Stops listening, lets requests in flight end, and says what had to be cut off. */
export async function closeServers(closing: Closing): Promise<CutOff> {
  const { traffics, webSockets, quiet, timeout, clock, sooner } = closing;
  // WebSockets first: their server may be one of those that are closed next.
  for (const one of webSockets) one.close();
  for (const one of traffics) one.close(quiet);
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(timeout, resolve);
  });
  const empty = Promise.all([...traffics, ...webSockets].map((one) => one.empty()));
  await Promise.race([empty, late, sooner]);
  cancel();
  const sockets = webSockets.reduce((count, one) => count + one.cutOff(), 0);
  const all = traffics.map((one) => one.cutOff());
  return {
    requests: all.reduce((count, { requests }) => count + requests, 0),
    connections: all.reduce((count, { connections }) => count + connections, sockets),
  };
}

/** What was cut off, in words; `undefined` when nothing was. */
export function describeCutOff({ requests, connections }: CutOff): string | undefined {
  const parts = [count(requests, "request"), count(connections, "connection")].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0) return undefined;
  return `${parts.join(" and ")} ${requests + connections === 1 ? "was" : "were"} cut off`;
}

function count(number: number, what: string): string | undefined {
  if (number === 0) return undefined;
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
