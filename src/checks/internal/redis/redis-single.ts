import type { Run } from "../../../contract/check.ts";
import { notConnected, stillLoading, unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import type { RedisClient } from "./redis-client.ts";
import {
  askNode,
  fieldOf,
  judgeAnswers,
  type Node,
  observe,
  type Questions,
} from "./redis-node.ts";

/** States of an ioredis client that has lost its connection; commands would wait in its queue. */
const LOST = ["reconnecting", "close", "end"];

/** Refuses to ask over a connection that is lost. */
export function requireConnection({ status }: RedisClient): void {
  if (status !== undefined && LOST.includes(status)) throw notConnected(status);
}

/** Asks the one server that a client is connected to. */
export function askSingle(client: RedisClient, questions: Questions): Run {
  const node = isSentinel(client) ? throughSentinel(client) : directly(client as Reachable);
  const ask = oneAtATime(() => askNode(node, questions));
  const persistence = oneAtATime(() => (client as Reachable).info("persistence"));
  return async () => {
    requireConnection(client);
    if (mayBeLoading(client)) await refuseWhileLoading(persistence);
    const answers = [await ask()];
    return { ...judgeAnswers(answers, questions), observations: observe(answers) };
  };
}

interface Reachable extends RedisClient {
  role(): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
}

function directly(client: Reachable): Node {
  return {
    serves: async () => expectPong(await client.ping()),
    role: () => client.role(),
    info: (section) => client.info(section),
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

/** What `createSentinel` of `redis` makes. */
interface SentinelClient extends RedisClient {
  sendCommand(isReadonly: boolean, command: readonly string[]): PromiseLike<unknown>;
  getMasterNode(): unknown;
}

function isSentinel(client: RedisClient): client is SentinelClient {
  return hasMethods(client, ["getMasterNode", "sendCommand"]);
}

/** Asks the master; what only reads may go to a replica, so these commands say that they do not. */
function throughSentinel(client: SentinelClient): Node {
  return {
    serves: async () => expectPong(await client.sendCommand(false, ["PING"])),
    role: () => client.sendCommand(false, ["ROLE"]),
    info: (section) => client.sendCommand(false, ["INFO", section]),
  };
}

function expectPong(reply: unknown): object {
  if (String(reply) !== "PONG") throw unexpectedReply("PONG", reply);
  return {};
}
