import { reasonOf } from "../report/reason.ts";
import type { WebSockets } from "./connections/web-sockets.ts";
import { startDeadline, type TurningClock } from "./deadline.ts";
import type { CutOff, ServerDrain } from "./server-drain.ts";

/** The servers that are closed together, and the limits of that, in milliseconds. */
export interface Closing {
  readonly servers: readonly ServerDrain[];
  readonly webSockets: readonly WebSockets[];
  readonly quiet: number;
  readonly timeout: number;
  readonly clock: TurningClock;
  /** Has the service end its streams and sockets, once the ports are closed. */
  readonly onStop: () => Promise<void>;
  /** Resolves when time is over before that. */
  readonly sooner: Promise<unknown>;
}

/**
 * Stops listening, lets requests in flight end, and returns what had to be cut off.
 *
 * @throws AggregateError whose message has the reason of each server that could not be closed
 */
export async function closeServers(closing: Closing): Promise<CutOff> {
  const { servers, webSockets, quiet, timeout, clock, onStop, sooner } = closing;
  // The ports first: clients that are sent away come back elsewhere.
  const failures: unknown[] = [];
  const attempt = (close: () => void) => {
    try {
      close();
    } catch (failure) {
      failures.push(failure);
    }
  };
  for (const one of servers) attempt(() => one.close(quiet));
  for (const one of webSockets) attempt(() => one.close());
  void onStop().then(() => {
    for (const one of servers) one.endWebSockets();
  });
  const deadline = startDeadline(clock, timeout);
  const empty = Promise.all([...servers, ...webSockets].map((one) => one.empty()));
  await Promise.race([empty, deadline.passed, sooner]);
  deadline.cancel();
  const sockets = webSockets.reduce((count, one) => count + one.cutOff(), 0);
  const all = servers.map((one) => one.cutOff());
  // Reported last: a server that cannot be closed keeps neither the hooks from running nor the others open.
  if (failures.length > 0) throw new AggregateError(failures, failures.map(reasonOf).join("; "));
  return {
    requests: all.reduce((count, { requests }) => count + requests, 0),
    connections: all.reduce((count, { connections }) => count + connections, sockets),
  };
}

/** Describes what was cut off; `undefined` when nothing was. */
export function describeCutOff({ requests, connections }: CutOff): string | undefined {
  const parts = [count(requests, "request"), count(connections, "connection")].filter(
    (part) => part !== undefined,
  );
  if (parts.length === 0) return undefined;
  const verb = requests + connections === 1 ? "was" : "were";
  return `${parts.join(" and ")} ${verb} cut off; raise requestTimeout, or end streams in onStop`;
}

function count(number: number, what: string): string | undefined {
  if (number === 0) return undefined;
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
