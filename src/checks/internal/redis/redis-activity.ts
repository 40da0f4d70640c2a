import { hasMethods } from "../../../contract/options.ts";
import type { RedisClient } from "./redis-client.ts";

/** What keeps a connection from being asked. */
export interface RedisActivity {
  /** The command of the service that the connection waits for, or `MULTI`; `undefined` when it is free. */
  busyWith(): string | undefined;
  /** Notes that a command which was sent has become part of a transaction. */
  inTransaction(): void;
  stop(): void;
}

/** A command as `ioredis` keeps it. */
interface Command {
  readonly name?: string;
  readonly args?: readonly unknown[];
}

/** What `ioredis` has sent and has had no answer to. */
interface WithQueue {
  readonly commandQueue?: { peekFront?(): { readonly command?: Command } | undefined };
}

type Send = (command: Command, ...rest: unknown[]) => unknown;

const BLOCKING = /^(?:b[lz].*|wait(?:aof)?)$/i;

/**
 * Watches a connection of `ioredis` and its kin for transactions that are sent command by command, and for
 * commands that block. A client of `redis` sends transactions at once, and shows nothing.
 */
export function watchActivity(client: RedisClient): RedisActivity {
  const commands = (client as WithQueue).commandQueue;
  if (!hasMethods(commands, ["peekFront"]) || !hasMethods(client, ["sendCommand"])) {
    return { busyWith: () => undefined, inTransaction() {}, stop() {} };
  }
  const watched = client as unknown as { sendCommand: Send };
  const { sendCommand } = watched;
  let transaction = false;
  // There is no event for it. Pipelines come through here as well, with their EXEC in the same turn.
  const watch: Send = function (this: unknown, command, ...rest) {
    const name = command?.name?.toLowerCase();
    if (name === "multi") transaction = true;
    if (name === "exec" || name === "discard" || name === "reset") transaction = false;
    return sendCommand.call(this, command, ...rest);
  };
  watched.sendCommand = watch;
  return {
    busyWith() {
      // What was begun on a connection that is lost has ended with it.
      if (client.status !== "ready") transaction = false;
      if (transaction) return "MULTI";
      const { name = "", args = [] } =
        (client as WithQueue).commandQueue?.peekFront?.()?.command ?? {};
      const blocks = /^xread/i.test(name)
        ? args.some((argument) => /^block$/i.test(String(argument)))
        : BLOCKING.test(name);
      return blocks ? name.toUpperCase() : undefined;
    },
    inTransaction() {
      transaction = true;
    },
    stop() {
      if (watched.sendCommand !== watch) return;
      // It is a method of the prototype.
      delete (watched as Partial<typeof watched>).sendCommand;
      if (watched.sendCommand !== sendCommand) watched.sendCommand = sendCommand;
    },
  };
}
