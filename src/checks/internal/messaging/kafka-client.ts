/** What tells of its events; `on` returns what ends that. */
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

/** What `new Kafka()` makes, as far as this check calls it. */
export interface KafkaFactory {
  admin(options?: { retry?: { retries?: number } }): KafkaAdmin;
}

/** A `Kafka` of kafkajs, or an admin client, consumer or producer of it. */
export type KafkaClient = KafkaFactory | KafkaAdmin | KafkaConsumer | KafkaProducer;
