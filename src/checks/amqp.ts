import type { Check, CheckOptions } from "../contract/check.ts";
import { hasMethods, requireOption } from "../contract/options.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { type Finding, THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { messageOf, permissionDenied } from "./internal/common/refusals.ts";
import type { AmqpChannel, AmqpClient, AmqpConsumer } from "./internal/messaging/amqp-client.ts";
import {
  type AmqpLink,
  type AskedChannel,
  isRefusedByName,
  linkTo,
} from "./internal/messaging/amqp-connection.ts";
import {
  type BrokerState,
  type ConsumerState,
  listOf,
  outcomeOfBroker,
  timed,
} from "./internal/messaging/broker-outcome.ts";

export type {
  AmqpChannel,
  AmqpClient,
  AmqpConnection,
  AmqpConsumer,
  AmqpManager,
} from "./internal/messaging/amqp-client.ts";

/** The options of {@link amqp}. */
export interface AmqpOptions extends CheckOptions {
  /** The connection or channel that the service already uses, so that it is what gets probed. */
  client: ClientSource<AmqpClient>;
  /**
   * The consumers of this process, or a function that returns those of the moment. The check is down
   * once one of them has ended: the server has cancelled it, or its channel is closed.
   *
   * @default none
   */
  consumers?: readonly AmqpConsumer[] | (() => readonly AmqpConsumer[]) | undefined;
  /**
   * Queues that the service consumes. The check is down when one of them is not there, or has no
   * consumer in any process. `client` must then be a connection.
   *
   * @default none
   */
  queues?: readonly string[] | undefined;
  /**
   * From how many messages on that are ready in one of the `queues` the check is degraded, or down.
   *
   * @default none
   */
  lag?: Thresholds | undefined;
}

const CLIENT_FOR_QUEUES = {
  secret: true,
  expected:
    'a connection, where there are "queues": a channel would be closed by one that is not there',
  accepts: isConnection,
};

function isConnection(value: unknown): boolean {
  return hasMethods(value, ["createChannel"]) || hasMethods(value, ["isConnected"]);
}

const CONSUMERS = listOf(
  "{ channel, consumerTag }",
  (value) =>
    typeof (value as Partial<AmqpConsumer> | null)?.consumerTag === "string" &&
    hasMethods((value as AmqpConsumer).channel, ["checkExchange"]),
);

const OWN_RULES = {
  consumers: {
    ...CONSUMERS,
    expected: `${CONSUMERS.expected}, or a function that returns one`,
    accepts: (value: unknown) => typeof value === "function" || CONSUMERS.accepts(value),
  },
  queues: listOf("names of queues", (value) => typeof value === "string" && value !== ""),
  lag: THRESHOLDS,
};

/**
 * Verifies that the exchange `amq.direct` is there, which every server has, over a channel
 * of the client's own connection: one that is opened once and kept, or the one that was passed. At most
 * one request waits for its answer. A server that accepts no messages, for want of memory or disk,
 * is degraded.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { connect } from "amqp-connection-manager";
 * import { createHealth } from "hale";
 * import { amqp } from "hale/checks";
 *
 * const client = connect("amqp://127.0.0.1");
 * const broker = amqp({ client, queues: ["orders"], lag: { degraded: 1_000 } });
 * const health = createHealth({ checks: { broker } });
 * ```
 */
export function amqp(options: AmqpOptions): Check {
  return clientCheck("amqp", options, OWN_RULES, throughLink);
}

function throughLink(
  client: AmqpClient,
  own: Omit<AmqpOptions, keyof CheckOptions | "client">,
): ClientRun {
  if (own.queues !== undefined) requireOption("amqp()", "client", client, CLIENT_FOR_QUEUES);
  const { consumers = [], queues = [], lag } = own;
  const link = linkTo(client);
  const current = typeof consumers === "function" ? consumers : () => consumers;
  const ask = oneAtATime(() => look(link, current(), queues));
  return {
    async run() {
      if (link.lost !== undefined) throw link.lost;
      // A connection that has published is not read from any more, so it would not be answered.
      if (link.blocked !== undefined) return blocked(link.blocked);
      try {
        return outcomeOfBroker(await ask(), lag);
      } catch (failure) {
        if (!isRefusedByName(failure)) throw failure;
        // The server has answered, and has identified the client; what an option needs is not known.
        const wantsMore = own.consumers !== undefined || queues.length > 0;
        return wantsMore ? permissionDenied(messageOf(failure)) : { status: "up" };
      }
    },
    close: () => link.close(),
  };
}

function blocked(why: string): Finding {
  return { status: "degraded", reason: `The server accepts no messages for now: ${why}.` };
}

/** An exchange that is in every virtual host, and that cannot be deleted. */
const ALWAYS_THERE = "amq.direct";

async function look(
  link: AmqpLink,
  consumers: readonly AmqpConsumer[],
  queues: readonly string[],
): Promise<BrokerState> {
  const channel = await link.channel();
  const roundTrip = await timed(() => promised(channel.checkExchange(ALWAYS_THERE)));
  const states = await statesOfConsumers(consumers);
  return { roundTrip, consumers: states, queues: await statesOfQueues(channel, queues) };
}

/** Each channel is asked once, so that what the server has said of its consumers has come. */
async function statesOfConsumers(consumers: readonly AmqpConsumer[]): Promise<ConsumerState[]> {
  const channels = [...new Set(consumers.map(({ channel }) => channel))];
  const answers = channels.map(async (channel) => {
    await promised(channel.checkExchange(ALWAYS_THERE));
  });
  const settled = await Promise.allSettled(answers);
  return consumers.map(({ channel, consumerTag }) => {
    const isOpen = settled[channels.indexOf(channel)]?.status === "fulfilled";
    return {
      name: `The consumer ${consumerTag}`,
      stopped: isOpen ? whyStopped(channel, consumerTag) : "has ended: its channel is closed",
    };
  });
}

/** amqplib keeps the consumers of a channel by their tags, until the server has cancelled them. */
interface WithConsumers {
  readonly consumers?: unknown;
  /** The channel of amqplib that amqp-connection-manager has wrapped. */
  readonly _channel?: { readonly consumers?: unknown };
}

function whyStopped(channel: AmqpChannel, consumerTag: string): string | undefined {
  const { consumers, _channel } = channel as WithConsumers;
  const tags = consumers ?? _channel?.consumers;
  if (!(tags instanceof Map)) return "cannot be seen: this version of amqplib does not tell";
  return tags.has(consumerTag)
    ? undefined
    : "has ended: the server or the service has cancelled it";
}

/** One after the other, because one that is not there closes the channel. */
async function statesOfQueues(
  channel: AskedChannel,
  queues: readonly string[],
): Promise<ConsumerState[]> {
  const states: ConsumerState[] = [];
  for (const queue of queues) {
    const name = `The queue ${queue}`;
    try {
      const { messageCount, consumerCount } = await promised(channel.checkQueue(queue));
      states.push({
        name,
        stopped: consumerCount === 0 ? "has no consumer" : undefined,
        lag: messageCount,
      });
    } catch (failure) {
      if ((failure as { code?: unknown } | null)?.code !== 404) throw failure;
      return [...states, { name, stopped: "is not there" }];
    }
  }
  return states;
}
