import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { isRefusedByName } from "./redis-refusals.ts";

/** The current use of one connection of `ioredis` or `iovalkey` by the service. */
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

/** The part of a client of `ioredis` that is read here. */
interface IoRedis {
  readonly status?: string;
  readonly stream?: { readonly localAddress?: string; readonly localPort?: number };
  readonly commandQueue?: Queue;
  sendCommand(command: Command, ...rest: unknown[]): unknown;
  duplicate(override: object): Duplicate;
  on(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

interface Queue {
  readonly length: number;
  peekAt(index: number): { readonly command?: Command } | undefined;
}

interface Command {
  readonly name: string;
  readonly args?: readonly unknown[];
}

interface Duplicate {
  on(event: "error" | "end", listener: () => void): unknown;
  connect(): Promise<unknown>;
  call(...command: string[]): Promise<unknown>;
  disconnect(): void;
}

const BLOCKING =
  /^(?:blpop|brpop|brpoplpush|blmove|blmpop|bzpopmin|bzpopmax|bzmpop|wait|waitaof)$/i;
const BLOCKING_BY_OPTION = /^(?:xread|xreadgroup)$/i;

/** Observes a client of `ioredis` or `iovalkey`; `undefined` for other clients, which do not show their commands. */
export function connectionUse(client: object): ConnectionUse | undefined {
  if (!hasMethods(client, ["sendCommand", "duplicate", "on", "off"])) return undefined;
  const redis = client as IoRedis;
  return hasMethods(redis.commandQueue, ["peekAt"]) ? observe(redis) : undefined;
}

function observe(redis: IoRedis): ConnectionUse {
  // A connection that was there before may be in a transaction already.
  let transaction: boolean | "unknown" = redis.status === "ready" ? "unknown" : false;
  const isOwn = Object.hasOwn(redis, "sendCommand");
  const { sendCommand } = redis;
  // The client has no event for its commands, and keeps nothing of a transaction itself.
  const observed: IoRedis["sendCommand"] = function (this: IoRedis, command, ...rest) {
    if (/^multi$/i.test(command.name)) transaction = true;
    else if (/^(?:exec|discard|reset)$/i.test(command.name)) transaction = false;
    return sendCommand.call(this, command, ...rest);
  };
  redis.sendCommand = observed;
  const end = () => {
    transaction = false;
  };
  redis.on("close", end);
  let other: Promise<Duplicate> | undefined;
  const forget = () => {
    other?.then(
      (connection) => connection.disconnect(),
      () => {},
    );
    other = undefined;
  };
  const lookOnce = oneAtATime(async () => {
    other ??= openAnother(redis, () => {
      other = undefined;
    });
    const connection = await other.catch((failure: unknown) => {
      other = undefined;
      throw failure;
    });
    const found = await isInTransaction(redis, connection);
    // The service may have begun or ended one since.
    if (transaction === "unknown") transaction = found;
    if (transaction === "unknown") return connection;
    forget();
    return undefined;
  });
  return {
    get busyWith() {
      if (redis.status === "monitoring") return "MONITOR";
      return transaction === true ? "MULTI" : blockingCommandOf(redis);
    },
    async look() {
      if (transaction === "unknown") return lookOnce();
      forget();
      return undefined;
    },
    close() {
      forget();
      redis.off("close", end);
      if (redis.sendCommand !== observed) return;
      if (isOwn) redis.sendCommand = sendCommand;
      else delete (redis as Partial<IoRedis>).sendCommand;
    },
  };
}

/** Of the commands that have no reply yet, one that may wait for long. */
function blockingCommandOf({ commandQueue }: IoRedis): string | undefined {
  for (let index = 0; index < (commandQueue?.length ?? 0); index++) {
    const command = commandQueue?.peekAt(index)?.command;
    if (command !== undefined && isBlocking(command)) return command.name.toUpperCase();
  }
  return undefined;
}

function isBlocking({ name, args = [] }: Command): boolean {
  if (BLOCKING.test(name)) return true;
  return BLOCKING_BY_OPTION.test(name) && args.some((value) => /^block$/i.test(String(value)));
}

/** Opens another connection to the same server, which tries once; `ended` is called when it is over. */
async function openAnother(redis: IoRedis, ended: () => void): Promise<Duplicate> {
  const other = redis.duplicate({
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    monitor: false,
  });
  other.on("error", () => {});
  other.on("end", ended);
  await other.connect();
  return other;
}

/** Whether a line of the list is that of a client which has begun a transaction. */
function hasBegun(line: string): boolean {
  return Number(/ multi=(-?\d+)/.exec(line)?.[1] ?? -1) >= 0;
}

/**
 * Whether a connection is in a transaction, by the list of clients that the server gives to another one. Unknown
 * where the server does not let the user ask, or knows the connection by another address while some client is in one.
 */
async function isInTransaction(redis: IoRedis, other: Duplicate): Promise<boolean | "unknown"> {
  const { localAddress = "", localPort } = redis.stream ?? {};
  const address = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
  try {
    const lines = String(await other.call("CLIENT", "LIST")).split("\n");
    const mine = lines.find((line) => line.includes(` addr=${address}:${localPort} `));
    if (mine !== undefined) return hasBegun(mine);
    // Behind a proxy it has another address, and is in none where nobody is.
    return lines.some(hasBegun) ? "unknown" : false;
  } catch (failure) {
    if (isRefusedByName(failure)) return "unknown";
    throw failure;
  }
}
