import type { Check, CheckOptions } from "../contract/check.ts";
import { hasMethods, milliseconds } from "../contract/options.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { listOf, outcomeOfBroker } from "./internal/messaging/broker-outcome.ts";
import type { KafkaClient, KafkaConsumer } from "./internal/messaging/kafka-client.ts";
import { isKafkajsConsumer, kafkaPing } from "./internal/messaging/kafka-clients.ts";
import { watchConsumer } from "./internal/messaging/kafka-consumer.ts";

export type {
  ConfluentAdmin,
  ConfluentClient,
  KafkaAdmin,
  KafkaClient,
  KafkaConsumer,
  KafkaEmitter,
  KafkaFactory,
  KafkaProducer,
  PlatformaticClient,
} from "./internal/messaging/kafka-client.ts";

/** The options of {@link kafka}. */
export interface KafkaOptions extends CheckOptions {
  /**
   * The client that the service already uses: a `Kafka` of kafkajs or of Confluent's package, an admin client,
   * consumer or producer of one, or a client of `@platformatic/kafka`.
   */
  client: ClientSource<KafkaClient>;
  /**
   * The consumers of kafkajs of this process, which must be made before they run. The check is down once one has
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

const OWN_RULES = {
  consumers: listOf(
    "consumers of kafkajs",
    (value) => hasMethods(value, ["describeGroup"]) && isKafkajsConsumer(value as KafkaClient),
  ),
  heartbeatWithin: milliseconds(100),
  lag: THRESHOLDS,
};

/**
 * Requests the brokers of the cluster, over an admin client that is opened once and kept, or the one that
 * was passed; a consumer is asked for its group. A producer can be asked nothing, so its own requests
 * are looked at. At most one query waits for its answer.
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
  return clientCheck("kafka", options, OWN_RULES, throughKafka);
}

function throughKafka(
  client: KafkaClient,
  own: Omit<KafkaOptions, keyof CheckOptions | "client">,
): ClientRun {
  const isConsumer = isKafkajsConsumer(client);
  const { consumers = isConsumer ? [client] : [], lag, heartbeatWithin = 30_000 } = own;
  const ping = kafkaPing(client);
  const ask = oneAtATime(() => ping.send());
  const watched = consumers.map((consumer) => watchConsumer(consumer, heartbeatWithin));
  return {
    async run() {
      const states = watched.map(({ look }) => look());
      // One that has ended has no connection to be asked over, and is the better reason.
      const isOver = isConsumer && states.some(({ stopped }) => stopped !== undefined);
      const roundTrip = isOver ? undefined : await ask();
      return outcomeOfBroker({ roundTrip, consumers: states }, lag);
    },
    async close() {
      for (const { stop } of watched) stop();
      await ping.close();
    },
  };
}
