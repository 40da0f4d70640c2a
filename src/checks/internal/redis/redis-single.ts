import type { Outcome, Run } from "../../../contract/check.ts";
import { notConnected, stillLoading, unexpectedReply } from "../../../contract/check-failures.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { connectionUse } from "./connection-use.ts";
import { lastErrorOf } from "./last-error.ts";
import type { RedisClient } from "./redis-client.ts";
import { askConfig, askRole } from "./redis-command.ts";
import {
  fieldOf,
  type Node,
  type NodeQuery,
  observe,
  outcomeOfNodes,
  queryNode,
  requireNotQueued,
} from "./redis-node.ts";
import { isRefusedByName, writesRefused } from "./redis-refusals.ts";
import { SearchFailure } from "./server-search.ts";
import { whenFree } from "./when-free.ts";

/** States of an ioredis client that has lost its connection; commands would wait in its queue. */
const LOST = ["reconnecting", "close", "end"];

/** States in which it may be for as long as it finds no server that tells it where to connect. */
const LOOKING = ["connecting", "disconnecting"];

/** Requires a connection; the cause of a lost one is the last error of the client. */
export function requireConnection(client: RedisClient, cause?: unknown): void {
  // Of a client that was never connected too, `redis` says that it is closed.
  if ((client as { isOpen?: unknown }).isOpen === false) {
    const reason = "The client is closed, or was never connected: call its connect().";
    throw new CheckFailure("HALE_NOT_CONNECTED", reason, { cause });
  }
  const state = stateOf(client, cause);
  if (state === undefined) return;
  throw notConnected(state, cause);
}

/** Explains a missing connection; `redis` says only that it is not ready, which it is not at its start either. */
function stateOf(client: RedisClient, failure: unknown): string | undefined {
  const { status, isOpen, isReady } = client as RedisClient & {
    isOpen?: unknown;
    isReady?: unknown;
  };
  if (status !== undefined) {
    const isLost =
      LOST.includes(status) || (failure instanceof SearchFailure && LOOKING.includes(status));
    return isLost ? status : undefined;
  }
  return failure !== undefined && isOpen === true && isReady === false ? "reconnecting" : undefined;
}

/** Queries the one server that a client is connected to. */
export function querySingle(
  client: RedisClient,
  query: NodeQuery,
): { readonly run: Run; close(): void } {
  const use = connectionUse(client);
  const node = isSentinel(client) ? throughSentinel(client) : directly(client as Reachable);
  const ask = oneAtATime(() => queryNode(node, query, use));
  const persistence = oneAtATime(() => promised((client as Reachable).info("persistence")));
  const lastError = lastErrorOf(client);
  return {
    async run({ signal }) {
      requireConnection(client, lastError.error);
      if (mayBeLoading(client)) await refuseWhileLoading(persistence);
      try {
        const { reply, busyWith } = await whenFree(
          use,
          signal,
          (instead) =>
            instead === undefined ? ask() : queryNode(directly(instead as Reachable), query),
          () => requireConnection(client, lastError.error),
        );
        if (busyWith !== undefined) return notAsked(busyWith);
        const replies = [reply];
        return { ...outcomeOfNodes(replies, query), observations: observe(replies) };
      } catch (failure) {
        const outcome = writesRefused(failure);
        if (outcome !== undefined) return outcome;
        throw failure;
      }
    },
    close() {
      use?.close();
      lastError.close();
    },
  };
}

function notAsked(busyWith: string): Outcome {
  return {
    status: "degraded",
    reason: `The service's connection is busy with ${busyWith}, so it was not asked. Give the check another client of that server.`,
    code: "HALE_CONNECTION_BUSY",
  };
}

interface Reachable extends RedisClient {
  info(section: string): PromiseLike<unknown>;
}

function directly(client: Reachable): Node {
  return {
    serves: async () => expectPong(await pingReply(() => client.ping())),
    role: () => askRole(client),
    info: (section) => client.info(section),
    config: (name) => askConfig(client, name),
  };
}

/**
 * An `ioredis` client whose server is loading has this state all the while, and keeps commands in its
 * queue, a `PING` of an earlier run among them. What goes past the queue then is `INFO`.
 */
function mayBeLoading(client: RedisClient): boolean {
  return client.status === "connect" && hasMethods(client, ["info"]);
}

async function refuseWhileLoading(persistence: () => Promise<unknown>): Promise<void> {
  // Whatever else is wrong is said by the `PING`.
  const info = await persistence().catch(() => "");
  if (fieldOf(String(info), "loading") === "1") throw stillLoading();
}

/** A client of `createSentinel` of `redis`. */
interface SentinelClient extends RedisClient {
  sendCommand(isReadonly: boolean, command: readonly string[]): PromiseLike<unknown>;
  getMasterNode(): unknown;
}

function isSentinel(client: RedisClient): client is SentinelClient {
  return hasMethods(client, ["getMasterNode", "sendCommand"]);
}

/** Sends commands to the master; what only reads may go to a replica, so these commands say that they do not. */
function throughSentinel(client: SentinelClient): Node {
  const send = (...command: string[]) => client.sendCommand(false, command);
  return {
    serves: async () => expectPong(await pingReply(() => send("PING"))),
    role: () => send("ROLE"),
    info: (section) => send("INFO", section),
    config: (name) => send("CONFIG", "GET", name),
  };
}

/** Resolves to the reply to `PING`; a server that refuses the command to the user serves as well. */
async function pingReply(ping: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promised(ping());
  } catch (failure) {
    if (isRefusedByName(failure)) return "PONG";
    throw failure;
  }
}

/** Requires `PONG`; a connection that subscribes sends it in a list, or in lower case. */
function expectPong(reply: unknown): object {
  requireNotQueued(reply);
  const word: unknown = Array.isArray(reply) ? reply[0] : reply;
  if (String(word).toUpperCase() !== "PONG") throw unexpectedReply("PONG", reply);
  return {};
}
