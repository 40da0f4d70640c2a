import { messageOf } from "../common/refusals.ts";
import { ioredisConnection } from "./ioredis-connection.ts";
import { nodeRedisConnection } from "./node-redis-connection.ts";
import type { ObservedConnection, OtherConnection } from "./observed-connection.ts";
import { isRefusedByName } from "./redis-refusals.ts";

/** The current use of one connection of `ioredis`, `iovalkey` or `redis` by the service. */
export interface ConnectionUse {
  /**
   * The command that keeps the connection from being asked, such as `BLPOP`, or `MULTI` while a transaction is
   * open; `undefined` when it can be asked.
   */
  readonly busyWith: string | undefined;
  /**
   * Finds out, once for a connection that was there before, whether a transaction is open; to be awaited before each
   * question. Resolves to another connection to the same server where that cannot be seen: the run uses it instead,
   * and closes it. From the next run on, the service's counts as free. The abort closes the other one too.
   */
  look(signal: AbortSignal): Promise<OtherConnection | undefined>;
  /**
   * To be called in the turn in which a question is sent. What it returns is to be called when the question was queued:
   * a transaction is open that was not seen to begin.
   */
  asking(): () => void;
  /** Stops observing the commands of the client. */
  close(): void;
}

/** Observes a client of `ioredis`, `iovalkey` or `redis`; `undefined` for others, which do not show their commands. */
export function connectionUse(client: object): ConnectionUse | undefined {
  const connection = ioredisConnection(client) ?? nodeRedisConnection(client);
  return connection && useOf(connection);
}

/** The errors of a `MULTI` after which a transaction is open, or may be. */
const MAY_BE_OPEN = /nested|inside a transaction|timed out/i;

function useOf(connection: ObservedConnection): ConnectionUse {
  let transaction: boolean | "unknown" = connection.isConnected ? "unknown" : false;
  let hasLooked = false;
  /** The number of transactions that the service has begun. */
  let begun = 0;
  /** The number of times that none was open from then on. */
  let ended = 0;
  const end = () => {
    ended++;
    transaction = false;
  };
  const stop = connection.observe((command) => {
    if (command === "EXEC" || command === "DISCARD" || command === "RESET") end();
    if (command !== "MULTI") return undefined;
    transaction = true;
    const mine = ++begun;
    return (failure) => {
      if (mine === begun && !MAY_BE_OPEN.test(messageOf(failure))) transaction = false;
    };
  }, end);
  return {
    get busyWith() {
      return transaction === true ? "MULTI" : connection.waitingFor;
    },
    async look(signal) {
      if (transaction !== "unknown" || hasLooked || signal.aborted) return undefined;
      hasLooked = true;
      const other = connection.another();
      signal.addEventListener("abort", other.close);
      const found = await isInTransaction(connection, other);
      // The service may have begun or ended one since.
      if (found === "unknown" && transaction === "unknown") return other;
      other.close();
      if (transaction === "unknown") transaction = found ?? false;
      return undefined;
    },
    asking() {
      const before = ended;
      return () => {
        if (ended === before) transaction = true;
      };
    },
    close: stop,
  };
}

/** Whether a line of the list is that of a client which has begun a transaction. */
function hasBegun(line: string): boolean {
  return Number(/ multi=(-?\d+)/.exec(line)?.[1] ?? -1) >= 0;
}

/**
 * Whether a connection is in a transaction, by the list of clients that the server gives to another one. Unknown
 * where the server does not let the user ask, or where some client is in one and the connection's own address is not in
 * the list; `undefined` where the other connection fails.
 */
async function isInTransaction(
  { address }: ObservedConnection,
  other: OtherConnection,
): Promise<boolean | "unknown" | undefined> {
  try {
    const lines = String(await other.listClients()).split("\n");
    const mine = lines.find((line) => line.includes(` addr=${address} `));
    if (mine !== undefined) return hasBegun(mine);
    // Behind a proxy it has another address, and is in no transaction while no client of the server is.
    return lines.some(hasBegun) ? "unknown" : false;
  } catch (failure) {
    return isRefusedByName(failure) ? "unknown" : undefined;
  }
}
