/** An emitter of events; `on` returns a function that removes the listener. */
export interface KafkaEmitter {
  readonly events: Readonly<Record<string, string>>;
  on(event: never, listener: (event: unknown) => void): () => void;
}

/** The part of an admin client that this check calls. */
export interface KafkaAdmin {
  describeCluster(): PromiseLike<{ readonly brokers: readonly unknown[] }>;
  connect(): PromiseLike<void>;
  disconnect(): PromiseLike<void>;
}

/** The part of a consumer that this check calls. */
export interface KafkaConsumer extends KafkaEmitter {
  describeGroup(): PromiseLike<unknown>;
}

/** The part of a producer by which it is known; it can be asked nothing. */
export interface KafkaProducer extends KafkaEmitter {
  isIdempotent(): boolean;
}

/** The part of a `Kafka` that this check calls. */
export interface KafkaFactory {
  // biome-ignore lint/suspicious/noExplicitAny: each package has options of its own
  admin(options?: any): KafkaAdmin | ConfluentAdmin;
}

/** The part of an admin client of `@confluentinc/kafka-javascript` that this check calls. */
export interface ConfluentAdmin {
  // biome-ignore lint/suspicious/noExplicitAny: the package has options of its own
  listTopics(options?: any): PromiseLike<readonly unknown[]>;
  connect(): PromiseLike<void>;
  disconnect(): PromiseLike<void>;
}

/** The part of a consumer or producer of `@confluentinc/kafka-javascript` that this check calls. */
export interface ConfluentClient {
  dependentAdmin(): ConfluentAdmin;
}

/** The part of a client of `@platformatic/kafka` that this check calls. */
export interface PlatformaticClient {
  listApis(): PromiseLike<readonly unknown[]>;
}

/**
 * A `Kafka` of kafkajs or of Confluent's package, an admin client, consumer or producer of it, or a client of
 * `@platformatic/kafka`.
 */
export type KafkaClient =
  | KafkaFactory
  | KafkaAdmin
  | KafkaConsumer
  | KafkaProducer
  | ConfluentAdmin
  | ConfluentClient
  | PlatformaticClient;
