import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { hasMethods, milliseconds } from "../contract/options.ts";
import { validateCheck } from "./internal/clients/validate-check.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { listOf, outcomeOfBroker } from "./internal/messaging/broker-outcome.ts";
import type { KafkaClient, KafkaConsumer } from "./internal/messaging/kafka-client.ts";
import { questionTo, watchProducer } from "./internal/messaging/kafka-clients.ts";
import { watchConsumer } from "./internal/messaging/kafka-consumer.ts";

export type {
  KafkaAdmin,
  KafkaClient,
  KafkaConsumer,
  KafkaEmitter,
  KafkaFactory,
  KafkaProducer,
} from "./internal/messaging/kafka-client.ts";

/** What {@link kafka} takes. */
export interface KafkaOptions extends CheckOptions {
  /** What the service already uses: a `Kafka` of kafkajs, or an admin client, consumer or producer. */
  client: KafkaClient;
  /**
   * The consumers of this process, which must be made before they run. The check is down once one has
   * crashed, was stopped, or has sent no heartbeat.
   *
   * @default `client`, where that is a consumer
   */
  consumers?: readonly KafkaConsumer[] | undefined;
  /**
   * Milliseconds within which each heartbeat of a consumer must be followed by the next. It should be
   * the `sessionTimeout` of the consumers, after which the group goes on without them.
   *
   * @default 30000
   */
  heartbeatWithin?: number | undefined;
  /**
   * From how many messages on that wait for one consumer, as of its last batch, the check is degraded,
   * or down.
   *
   * @default none
   */
  lag?: Thresholds | undefined;
}

const CLIENT = {
  expected: "a Kafka, admin client, consumer or producer of kafkajs",
  accepts: (value: unknown) =>
    ["admin", "describeCluster", "describeGroup", "isIdempotent"].some((name) =>
      hasMethods(value, [name]),
    ),
};

const OWN_RULES = {
  consumers: listOf("consumers of kafkajs", (value) => hasMethods(value, ["describeGroup", "on"])),
  heartbeatWithin: milliseconds(100),
  lag: THRESHOLDS,
};

/**
 * Asks the cluster for its brokers, over an admin client that is opened once and kept, or the one that
 * was passed; a consumer is asked for its group. A producer can be asked nothing, so its own requests
 * are looked at. At most one question waits for its answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Kafka } from "kafkajs";
 * import { createHealth } from "hale";
 * import { kafka } from "hale/checks";
 *
 * const client = new Kafka({ brokers: ["127.0.0.1:9092"] });
 * const orders = client.consumer({ groupId: "billing" });
 * const broker = kafka({ client, consumers: [orders], lag: { degraded: 10_000 } });
 * const health = createHealth({ checks: { broker } });
 * ```
 */
export function kafka(options: KafkaOptions): Check {
  const {
    client,
    consumers = "describeGroup" in (options?.client ?? {}) ? [options.client as KafkaConsumer] : [],
    heartbeatWithin = 30_000,
    lag,
    ...rest
  } = validateCheck("kafka()", options, CLIENT, OWN_RULES);
  const question = "isIdempotent" in client ? watchProducer(client) : questionTo(client);
  const ask = oneAtATime(() => question.ask());
  const watched = consumers.map((consumer) => watchConsumer(consumer, heartbeatWithin));
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run() {
      const states = watched.map(({ look }) => look());
      // One that has ended has no connection to be asked over, and is the better reason.
      const isOver =
        "describeGroup" in client && states.some(({ stopped }) => stopped !== undefined);
      const roundTrip = isOver ? undefined : await ask();
      return outcomeOfBroker({ roundTrip, consumers: states }, lag);
    },
    async close() {
      for (const { stop } of watched) stop();
      await question.close();
    },
  });
}
