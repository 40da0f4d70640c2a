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
  admin(options?: { retry?: { retries?: number } }): KafkaAdmin;
}

/** A `Kafka` of kafkajs, or an admin client, consumer or producer of it. */
export type KafkaClient = KafkaFactory | KafkaAdmin | KafkaConsumer | KafkaProducer;
