import { hasMethods } from "../../../contract/options.ts";
import type { ObservedConnection, OtherConnection } from "./observed-connection.ts";
import { replaceMethod } from "./replace-method.ts";
import { isBlocking, watchedName } from "./watched-commands.ts";

/** The part of a client of `ioredis` that is read here. */
interface IoRedis {
  readonly status?: string;
  readonly stream?: { readonly localAddress?: string; readonly localPort?: number };
  readonly commandQueue?: Queue;
  sendCommand(command: Command, ...rest: unknown[]): Promise<unknown>;
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
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
  call(...command: string[]): Promise<unknown>;
  disconnect(): void;
}

/** The connection of a client of `ioredis` or `iovalkey` for one server; `undefined` for other clients. */
export function ioredisConnection(client: object): ObservedConnection | undefined {
  if (!hasMethods(client, ["sendCommand", "duplicate", "on", "off"])) return undefined;
  const redis = client as IoRedis;
  if (!hasMethods(redis.commandQueue, ["peekAt"])) return undefined;
  return {
    isConnected: redis.status === "ready",
    get address() {
      const { localAddress = "", localPort } = redis.stream ?? {};
      return `${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${localPort}`;
    },
    get waitingFor() {
      return redis.status === "monitoring" ? "MONITOR" : blockingCommandOf(redis);
    },
    observe(sent, lost) {
      // The client has no event for its commands, and keeps nothing of a transaction itself.
      const restore = replaceMethod(
        redis,
        "sendCommand",
        (send: () => Promise<unknown>, parameters: Parameters<IoRedis["sendCommand"]>) => {
          const name = watchedName(parameters[0].name);
          const rejected = name === undefined ? undefined : sent(name);
          const reply = send();
          if (rejected === undefined) return reply;
          const observed = reply.catch((failure: unknown) => {
            rejected(failure);
            throw failure;
          });
          // Of a pipeline, and of a command that was queued, the result is of no use to the caller.
          if (parameters.length > 1) observed.catch(() => {});
          return observed;
        },
      );
      redis.on("close", lost);
      return () => {
        redis.off("close", lost);
        restore();
      };
    },
    another: () => another(redis),
  };
}

/** Of the commands that have no reply yet, one that may wait for long. */
function blockingCommandOf({ commandQueue }: IoRedis): string | undefined {
  for (let index = 0; index < (commandQueue?.length ?? 0); index++) {
    const { name, args = [] } = commandQueue?.peekAt(index)?.command ?? {};
    const watched = watchedName(name);
    if (watched !== undefined && isBlocking(watched, args)) return watched;
  }
  return undefined;
}

function another(redis: IoRedis): OtherConnection {
  const other = redis.duplicate({
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    monitor: false,
  });
  other.on("error", () => {});
  return {
    client: other,
    async listClients() {
      await other.connect();
      return other.call("CLIENT", "LIST");
    },
    close: () => other.disconnect(),
  };
}
