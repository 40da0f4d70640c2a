import type { CheckOptions, Outcome, Run } from "../../../contract/check.ts";
import { notConnected, stillLoading, unexpectedReply } from "../../../contract/check-failures.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { hasMethods } from "../../../contract/options.ts";
import { lastErrorOf } from "../common/last-error.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { type RedisActivity, watchActivity } from "./redis-activity.ts";
import type { RedisClient } from "./redis-client.ts";
import {
  askNode,
  fieldOf,
  judgeAnswers,
  type Node,
  observe,
  type Questions,
} from "./redis-node.ts";
import { isRefusedByName, writesRefused } from "./redis-refusals.ts";

/** States of an ioredis client that has lost its connection; commands would wait in its queue. */
const LOST = ["reconnecting", "close", "end"];

/** Refuses to ask over a connection that is lost, with the error that the client has emitted last. */
export function requireConnection(client: RedisClient, cause: unknown): void {
  const { status, isOpen, isReady } = client as RedisClient & NodeRedisState;
  if (status !== undefined && LOST.includes(status)) throw notConnected(status, cause);
  // A command would wait for a connection that has failed already.
  if (isOpen === true && isReady === false && cause !== undefined) {
    throw notConnected("reconnecting", cause);
  }
}

/** What a client of `redis` says of its connection. */
interface NodeRedisState {
  readonly isOpen?: boolean;
  readonly isReady?: boolean;
}

/** The part of the `timeout` for which a connection that is busy is waited for; 500 ms is its default. */
const PATIENCE = 0.5;

/** Milliseconds between two looks at a connection that is busy. */
const AGAIN_AFTER = 20;

/** Asks the one server that a client is connected to. */
export function askSingle(
  client: RedisClient,
  questions: Questions,
  { timeout = 500 }: CheckOptions,
): { readonly run: Run; readonly close: () => void } {
  const activity = watchActivity(client);
  const last = lastErrorOf(client, ["ready"]);
  const node = isSentinel(client)
    ? throughSentinel(client)
    : directly(client as Reachable, activity);
  const ask = oneAtATime(() => askNode(node, questions));
  const persistence = oneAtATime(() => promised((client as Reachable).info("persistence")));
  return {
    async run({ signal }) {
      requireConnection(client, last.error);
      if (mayBeLoading(client)) await refuseWhileLoading(persistence);
      const busy = await whileBusy(activity, PATIENCE * timeout, signal);
      if (busy !== undefined) return busyOutcome(busy);
      try {
        const answers = [await ask()];
        return { ...judgeAnswers(answers, questions), observations: observe(answers) };
      } catch (failure) {
        const outcome = writesRefused(failure);
        if (outcome !== undefined) return outcome;
        throw failure;
      }
    },
    close() {
      activity.stop();
      last.stop();
    },
  };
}

interface Reachable extends RedisClient {
  role(): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
}

function directly(client: Reachable, activity: RedisActivity): Node {
  return {
    async serves() {
      const reply = await pingReply(() => client.ping());
      if (reply === "QUEUED") {
        activity.inTransaction();
        throw new CheckFailure("HALE_UNEXPECTED_REPLY", PART_OF_TRANSACTION);
      }
      return expectPong(reply);
    },
    role: () => client.role(),
    info: (section) => client.info(section),
  };
}

const PART_OF_TRANSACTION =
  "The connection was in a transaction of the service, of which PING is now a part. Give the check a connection of its own.";

/** Waits for a connection that is busy, and returns what it is busy with when that takes too long. */
async function whileBusy(
  activity: RedisActivity,
  patience: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = performance.now() + patience;
  for (;;) {
    signal.throwIfAborted();
    const command = activity.busyWith();
    if (command === undefined || performance.now() >= end) return command;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
  }
}

function busyOutcome(command: string): Outcome {
  return {
    status: "degraded",
    reason: `The connection was not asked, since the service keeps it busy with ${command}. Give the check a connection of its own, as client.duplicate().`,
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
  const send = (...command: string[]) => client.sendCommand(false, command);
  return {
    serves: async () => expectPong(await pingReply(() => send("PING"))),
    role: () => send("ROLE"),
    info: (section) => send("INFO", section),
  };
}

/** The reply to `PING`; a server that does not let the user send it has answered as well. */
async function pingReply(ping: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promised(ping());
  } catch (failure) {
    if (isRefusedByName(failure)) return "PONG";
    throw failure;
  }
}

/** On a connection that is subscribed, the reply is a list that begins with `pong`, or that text alone. */
function expectPong(reply: unknown): object {
  const [first] = Array.isArray(reply) ? reply : [reply];
  if (!["PONG", "pong"].includes(String(first))) throw unexpectedReply("PONG", reply);
  return {};
}
