import { type Admin, Kafka, logLevel } from "kafkajs";

const CONNECTED = "Connect has already been called elsewhere.";
const NOT_CONNECTED = "Admin client is not connected.";

/**
 * A stand-in for the admin client of `@confluentinc/kafka-javascript`, whose binary is not available everywhere: its
 * methods and states, over the connections of kafkajs.
 */
class StandInAdmin {
  readonly #admin: Admin;
  readonly #isUsable: () => boolean;
  #state: "init" | "connected" | "disconnected" = "init";

  constructor(admin: Admin, isUsable = () => true) {
    this.#admin = admin;
    this.#isUsable = isUsable;
  }

  /** Resolves whether a broker is there or not, as librdkafka connects when it is asked. */
  async connect(): Promise<void> {
    if (this.#state !== "init") throw new Error(CONNECTED);
    this.#state = "disconnected";
    if (!this.#isUsable()) throw new Error("Underlying client is not connected.");
    this.#state = "connected";
  }

  async disconnect(): Promise<void> {
    this.#state = "disconnected";
    await this.#admin.disconnect();
  }

  async listTopics(): Promise<string[]> {
    if (this.#state !== "connected") throw new Error(NOT_CONNECTED);
    await this.#admin.connect();
    return this.#admin.listTopics();
  }

  async fetchTopicMetadata(): Promise<never> {
    throw new Error("The stand-in does not have it.");
  }

  fetchTopicOffsetsByTimestamp = this.fetchTopicMetadata;
}

/** A stand-in for a producer of Confluent's package. */
class StandInProducer {
  readonly #kafka: Kafka;
  #isConnected = false;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async connect(): Promise<void> {
    this.#isConnected = true;
  }

  async disconnect(): Promise<void> {
    this.#isConnected = false;
  }

  dependentAdmin(): StandInAdmin {
    return new StandInAdmin(this.#kafka.admin(), () => this.#isConnected);
  }

  logger(): object {
    return {};
  }
}

/** A stand-in for a consumer of Confluent's package, which has methods that only throw. */
class StandInConsumer extends StandInProducer {
  async describeGroup(): Promise<never> {
    throw new Error("Not implemented.");
  }

  on(): never {
    throw new Error("Not implemented.");
  }
}

/** A stand-in for `new KafkaJS.Kafka()` of `@confluentinc/kafka-javascript`. */
export class ConfluentStandIn {
  readonly #kafka: Kafka;

  constructor(url: string) {
    const { host, username, password } = new URL(url);
    this.#kafka = new Kafka({
      ...{ clientId: "tests", brokers: [host], logLevel: logLevel.NOTHING },
      ...{ sasl: { mechanism: "plain", username, password }, retry: { retries: 0 } },
    });
  }

  /** Refuses the options of kafkajs, which Confluent's takes in a block of their own. */
  admin(options: object = {}): StandInAdmin {
    if ("retry" in options) throw new Error("The 'retry' property must be in a kafkaJS block.");
    return new StandInAdmin(this.#kafka.admin());
  }

  producer(): StandInProducer {
    return new StandInProducer(this.#kafka);
  }

  consumer(): StandInConsumer {
    return new StandInConsumer(this.#kafka);
  }
}
