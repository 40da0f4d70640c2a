import { hasMethods } from "../../../contract/options.ts";
import { after } from "../common/after.ts";
import type { ObservedConnection, OtherConnection } from "./observed-connection.ts";
import { replaceMethod } from "./replace-method.ts";
import { isBlocking, watchedName } from "./watched-commands.ts";

/** The part of a client of `redis` that is read here. */
interface NodeRedis {
  /** The object behind a client of `redis` 5 and later, by which it sends the commands that have a method. */
  readonly _self?: Sender;
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object };
  duplicate(override: object): Duplicate;
  on(event: "reconnecting" | "end", listener: () => void): unknown;
  off(event: "reconnecting" | "end", listener: () => void): unknown;
}

interface Sender {
  readonly sendCommand: SendCommand;
}

type SendCommand = (...parameters: unknown[]) => Promise<unknown>;

interface Duplicate {
  readonly isOpen: boolean;
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  destroy?(): void;
  disconnect(): Promise<unknown>;
}

/** The connection of a client of `redis` for one server, or by way of Sentinel; `undefined` for other clients. */
export function nodeRedisConnection(client: object): ObservedConnection | undefined {
  if (!hasMethods(client, ["sendCommand", "duplicate", "on", "off"])) return undefined;
  const redis = client as NodeRedis;
  if (typeof redis.isReady !== "boolean") return undefined;
  const isSentinel = hasMethods(client, ["getMasterNode"]);
  const sender = redis._self ?? (client as Sender);
  /** The commands without a reply, of those that may wait for long or begin a transaction. */
  const waiting = new Set<{ readonly name: string }>();
  let isMonitor = false;
  return {
    // By way of Sentinel, each connection is of a pool that lends it.
    isConnected: redis.isReady && !isSentinel,
    // The client keeps its socket to itself.
    address: undefined,
    get waitingFor() {
      if (isMonitor) return "MONITOR";
      return [...waiting].find(({ name }) => name !== "MULTI")?.name;
    },
    observe(sent, lost) {
      const restoreSend = replaceMethod(
        sender,
        "sendCommand",
        (send: () => Promise<unknown>, parameters: Parameters<SendCommand>) => {
          const list = parameters[isSentinel ? 1 : 0];
          const name = Array.isArray(list) ? watchedName(list[0]) : undefined;
          if (name === undefined) return send();
          const rejected = sent(name);
          const reply = send();
          if (rejected === undefined && !isBlocking(name, list as unknown[])) return reply;
          const command = { name };
          waiting.add(command);
          return reply
            .catch((failure: unknown) => {
              rejected?.(failure);
              throw failure;
            })
            .finally(() => waiting.delete(command));
        },
      );
      const reset = observeCalls(sender, "reset", () => {
        isMonitor = false;
        sent("RESET");
      });
      const monitors = ["monitor", "MONITOR"].map((name) =>
        observeCalls(sender, name, () => {
          isMonitor = true;
        }),
      );
      // What waits for a reply is rejected by then; what was not written yet is sent over the next connection.
      const lose = () =>
        void after(0, () => {
          if (![...waiting].some(({ name }) => name === "MULTI")) lost();
        });
      redis.on("reconnecting", lose);
      redis.on("end", lose);
      return () => {
        redis.off("reconnecting", lose);
        redis.off("end", lose);
        for (const restore of [restoreSend, reset, ...monitors]) restore();
      };
    },
    another: () => another(redis),
  };
}

/** Calls a listener before a method of a client that has it. */
function observeCalls(sender: Sender, name: string, called: () => void): () => void {
  if (!hasMethods(sender, [name])) return () => {};
  return replaceMethod(sender, name, (method) => {
    called();
    return method();
  });
}

function another(redis: NodeRedis): OtherConnection {
  const other = redis.duplicate({
    socket: { ...redis.options?.socket, reconnectStrategy: false },
  });
  let opening: Promise<unknown> = Promise.resolve();
  const end = () => {
    if (!other.isOpen) return;
    if (other.destroy !== undefined) other.destroy();
    else other.disconnect().catch(() => {});
  };
  // A client that is ended while it connects gets its socket all the same, and keeps it.
  const close = () => void opening.then(end, end);
  other.on("error", close);
  return {
    client: other,
    async listClients() {
      opening = other.connect();
      await opening;
      return other.sendCommand(["CLIENT", "LIST"]);
    },
    close,
  };
}
