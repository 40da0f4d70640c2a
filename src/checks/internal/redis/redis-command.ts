import { hasMethods } from "../../../contract/options.ts";

/** A client of one Redis by which any command can be sent: of `ioredis`, `iovalkey` or `redis`. */
export type RedisCommandClient =
  | { call(command: string, ...args: string[]): PromiseLike<unknown> }
  // biome-ignore lint/suspicious/noExplicitAny: each major version has options of its own
  | { sendCommand(args: string[], options?: any): PromiseLike<unknown>; readonly isOpen: boolean };

/** Sends one command, and resolves to its reply. */
export type SendCommand = (...command: readonly [string, ...string[]]) => Promise<unknown>;

/** The part of a client that {@link redisCommands} calls. */
export const REDIS_CLIENT = {
  expected: "a client of ioredis, iovalkey or redis for one server",
  accepts: (value: unknown) =>
    hasMethods(value, ["call"]) ||
    (hasMethods(value, ["sendCommand"]) &&
      typeof (value as { isOpen?: unknown }).isOpen === "boolean" &&
      !hasMethods(value, ["nodeClient"])),
};

/** Makes one way to send commands of the clients that {@link REDIS_CLIENT} accepts. */
export function redisCommands(client: RedisCommandClient): SendCommand {
  return async (...command) =>
    "call" in client ? client.call(...command) : client.sendCommand([...command]);
}

/** The number of the database that a client has selected. */
export function databaseOf(client: object): number {
  const { options = {} } = client as { options?: { db?: number; database?: number } };
  return options.db ?? options.database ?? 0;
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
