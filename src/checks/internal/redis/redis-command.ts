import { hasMethods } from "../../../contract/options.ts";

interface CallClient {
  call(command: string, ...args: string[]): PromiseLike<unknown>;
}

interface SendCommandClient {
  // biome-ignore lint/suspicious/noExplicitAny: each major version has options of its own
  sendCommand(args: string[], options?: any): PromiseLike<unknown>;
  readonly isOpen: boolean;
}

interface BunRedisClient {
  send(command: string, args: string[]): PromiseLike<unknown>;
  getBuffer(key: string): PromiseLike<unknown>;
}

/** A client of one Redis by which any command can be sent: of `ioredis`, `iovalkey`, `redis` or Bun. */
export type RedisCommandClient = CallClient | SendCommandClient | BunRedisClient;

/** Sends one command, and resolves to its reply. */
export type SendCommand = (...command: readonly [string, ...string[]]) => Promise<unknown>;

/** The part of a client that {@link redisCommands} calls. */
export const REDIS_CLIENT = {
  expected: "a client of ioredis, iovalkey, redis or Bun for one server",
  accepts: (value: unknown) =>
    // Every function has a method of that name.
    (typeof value !== "function" && hasMethods(value, ["call"])) ||
    isBunClient(value) ||
    (hasMethods(value, ["sendCommand"]) &&
      typeof (value as { isOpen?: unknown }).isOpen === "boolean" &&
      !hasMethods(value, ["nodeClient"])),
};

/** Makes one way to send commands of the clients that {@link REDIS_CLIENT} accepts. */
export function redisCommands(client: RedisCommandClient): SendCommand {
  return async (...command) => {
    const [name, ...args] = command;
    if (hasMethods(client, ["call"])) return (client as CallClient).call(name, ...args);
    if (isBunClient(client)) return client.send(name, args);
    return (client as SendCommandClient).sendCommand([...command]);
  };
}

/** Whether a value is a `RedisClient` of Bun, which has no method for some commands. */
export function isBunClient(value: unknown): value is BunRedisClient {
  // A WebSocket has the first as well.
  return hasMethods(value, ["send", "getBuffer"]);
}

/** Requests the role of a server, by a client of whatever driver. */
export function askRole(client: object): PromiseLike<unknown> {
  return isBunClient(client) ? client.send("ROLE", []) : (client as Telling).role();
}

/** Requests one setting of a server, by a client of whatever driver; the reply is a map. */
export async function askConfig(client: object, name: string): Promise<unknown> {
  if (isBunClient(client)) return client.send("CONFIG", ["GET", name]);
  const telling = client as Telling;
  return hasMethods(client, ["configGet"]) ? telling.configGet(name) : telling.config("GET", name);
}

interface Telling {
  role(): PromiseLike<unknown>;
  /** Of `redis`. */
  configGet(name: string): PromiseLike<unknown>;
  /** Of `ioredis` and `iovalkey`. */
  config(command: "GET", name: string): PromiseLike<unknown>;
}

/** The number of the database that a client has selected. */
export function databaseOf(client: object): number {
  const { options = {}, condition } = client as {
    readonly options?: { readonly db?: number; readonly database?: number };
    /** The database that ioredis has selected since. */
    readonly condition?: { readonly select?: number } | null;
  };
  return condition?.select ?? options.db ?? options.database ?? 0;
}

/** The fields of a reply that is a map: pairs in a list by RESP 2, a map or an object by RESP 3. */
export function fieldsOf(reply: unknown): ReadonlyMap<string, unknown> {
  if (reply instanceof Map) return new Map([...reply].map(([key, value]) => [String(key), value]));
  if (!Array.isArray(reply)) return new Map(Object.entries((reply ?? {}) as object));
  const fields = new Map<string, unknown>();
  for (let index = 0; index + 1 < reply.length; index += 2) {
    fields.set(String(reply[index]), reply[index + 1]);
  }
  return fields;
}

/** A reply that is a list. */
export function listOf(reply: unknown): readonly unknown[] {
  return Array.isArray(reply) ? reply : [];
}
