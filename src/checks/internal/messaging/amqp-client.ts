/** The part of a channel that this check calls; one of amqplib and of amqp-connection-manager fit. */
export interface AmqpChannel {
  checkExchange(exchange: string): PromiseLike<unknown>;
}

/** The part of a connection of `amqplib` that this check calls. */
export interface AmqpConnection {
  createChannel(): PromiseLike<AmqpChannel>;
}

/** The part of what `amqp-connection-manager` makes that this check calls. */
export interface AmqpManager {
  isConnected(): boolean;
  readonly connection: AmqpConnection | undefined;
}

/** A connection or a channel, of `amqplib` or of `amqp-connection-manager`. */
export type AmqpClient = AmqpManager | AmqpConnection | AmqpChannel;

/** A consumer, as `consume()` has started it. */
export interface AmqpConsumer {
  /** The channel whose `consume()` was called. */
  readonly channel: AmqpChannel;
  /** The tag that `consume()` has returned. */
  readonly consumerTag: string;
}
