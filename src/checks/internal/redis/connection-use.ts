import { oneAtATime } from "../common/one-at-a-time.ts";
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
   * Finds out what cannot be seen from here; to be awaited before each question. Resolves to a connection to the
   * same server that is to be asked instead, while it is not known whether this one is in a transaction.
   */
  look(): Promise<object | undefined>;
  /** Stops observing the commands of the client. */
  close(): void;
}

/** Observes a client of `ioredis`, `iovalkey` or `redis`; `undefined` for others, which do not show their commands. */
export function connectionUse(client: object): ConnectionUse | undefined {
  const connection = ioredisConnection(client) ?? nodeRedisConnection(client);
  return connection && useOf(connection);
}

function useOf(connection: ObservedConnection): ConnectionUse {
  let transaction: boolean | "unknown" = connection.isConnected ? "unknown" : false;
  const stop = connection.observe(
    (command) => {
      if (/^multi$/i.test(command)) transaction = true;
      else if (/^(?:exec|discard|reset)$/i.test(command)) transaction = false;
    },
    () => {
      transaction = false;
    },
  );
  let other: Promise<OtherConnection> | undefined;
  const forget = () => {
    other?.then(
      (another) => another.close(),
      () => {},
    );
    other = undefined;
  };
  const lookOnce = oneAtATime(async () => {
    other ??= connection.openAnother(() => {
      other = undefined;
    });
    const another = await other.catch((failure: unknown) => {
      other = undefined;
      throw failure;
    });
    const found = await isInTransaction(connection, another);
    // The service may have begun or ended one since.
    if (transaction === "unknown") transaction = found;
    if (transaction === "unknown") return another.client;
    forget();
    return undefined;
  });
  return {
    get busyWith() {
      return transaction === true ? "MULTI" : connection.waitingFor;
    },
    async look() {
      if (transaction === "unknown") return lookOnce();
      forget();
      return undefined;
    },
    close() {
      forget();
      stop();
    },
  };
}

/** Whether a line of the list is that of a client which has begun a transaction. */
function hasBegun(line: string): boolean {
  return Number(/ multi=(-?\d+)/.exec(line)?.[1] ?? -1) >= 0;
}

/**
 * Whether a connection is in a transaction, by the list of clients that the server gives to another one. Unknown
 * where the server does not let the user ask, or where some client is in one and the connection's own address is not in the list.
 */
async function isInTransaction(
  { address }: ObservedConnection,
  other: OtherConnection,
): Promise<boolean | "unknown"> {
  try {
    const lines = String(await other.listClients()).split("\n");
    const mine = lines.find((line) => line.includes(` addr=${address} `));
    if (mine !== undefined) return hasBegun(mine);
    // Behind a proxy it has another address, and is in none where nobody is.
    return lines.some(hasBegun) ? "unknown" : false;
  } catch (failure) {
    if (isRefusedByName(failure)) return "unknown";
    throw failure;
  }
}
