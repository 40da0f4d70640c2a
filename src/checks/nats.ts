import type { Check, CheckOptions } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { CheckFailure } from "../contract/errors.ts";
import { hasMethods } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { THRESHOLDS, type Thresholds } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import { messageOf } from "./internal/common/refusals.ts";
import {
  type ConsumerState,
  listOf,
  outcomeOfBroker,
  timed,
} from "./internal/messaging/broker-outcome.ts";

/** The part of a NATS connection that this check calls; `nats` and `@nats-io/transport-node` both fit. */
export interface NatsClient {
  rtt(): PromiseLike<number>;
  isClosed(): boolean;
  isDraining(): boolean;
}

/** A subscription, as `subscribe()` returns it. */
export interface NatsSubscription {
  getSubject(): string;
  isClosed(): boolean;
  getPending(): number;
}

/** The messages of a JetStream consumer, as `consume()` returns them. */
export interface NatsMessages {
  closed(): PromiseLike<unknown>;
  getPending(): number;
}

/** A JetStream consumer, as `consumers.get()` returns it. */
export interface NatsConsumer {
  info(): PromiseLike<{
    readonly name: string;
    readonly stream_name: string;
    readonly num_pending: number;
  }>;
}

/** The options of {@link nats}. */
export interface NatsOptions extends CheckOptions {
  /** The connection that the service already uses, so that it is what gets probed. */
  client: ClientSource<NatsClient>;
  /**
   * The sources of the service's messages: subscriptions, and of JetStream both what `consume()`
   * returns and the consumer itself. The check is down once one of them has ended.
   *
   * @default none
   */
  consumers?: readonly (NatsSubscription | NatsMessages | NatsConsumer)[] | undefined;
  /**
   * From how many messages on that wait for one consumer the check is degraded, or down.
   *
   * @default none
   */
  lag?: Thresholds | undefined;
}

const OWN_RULES = {
  consumers: listOf(
    "subscriptions, JetStream consumers and what their consume() returns",
    (value) =>
      hasMethods(value, ["isClosed", "getPending"]) ||
      hasMethods(value, ["closed", "getPending"]) ||
      hasMethods(value, ["info"]),
  ),
  lag: THRESHOLDS,
};

/**
 * Sends `PING` over the client's own connection and waits for `PONG`. At most one waits for its
 * answer. A client that has lost its connection is down at once.
 *
 * Consumers are looked at where they are, in the client; a JetStream consumer is asked for at the
 * server, with one request.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { connect } from "@nats-io/transport-node";
 * import { createHealth } from "hale";
 * import { nats } from "hale/checks";
 *
 * export async function start() {
 *   const client = await connect({ servers: "127.0.0.1:4222", maxReconnectAttempts: -1 });
 *   const orders = client.subscribe("orders");
 *   return createHealth({ checks: { broker: nats({ client, consumers: [orders] }) } });
 * }
 * ```
 */
export function nats(options: NatsOptions): Check {
  return clientCheck("nats", options, OWN_RULES, (client: NatsClient, { consumers = [], lag }) => {
    const watched = consumers.map(watch);
    const ask = oneAtATime(async () => {
      const roundTrip = await timed(() => promised(client.rtt()));
      return { roundTrip, consumers: await Promise.all(watched.map((look) => look())) };
    });
    return async () => {
      if (client.isClosed()) throw notConnected("closed");
      return outcomeOfBroker(await ask(), lag);
    };
  });
}

type Look = () => ConsumerState | Promise<ConsumerState>;

function watch(consumer: NatsSubscription | NatsMessages | NatsConsumer): Look {
  const has = (name: string) => hasMethods(consumer, [name]);
  if (has("info") && !has("getPending")) return () => infoOf(consumer as NatsConsumer);
  if (has("getSubject")) return () => stateOfSubscription(consumer as NatsSubscription);
  return watchMessages(consumer as NatsMessages);
}

function stateOfSubscription(subscription: NatsSubscription): ConsumerState {
  return {
    name: `The subscription to ${subscription.getSubject()}`,
    stopped: subscription.isClosed() ? "has ended" : undefined,
    lag: subscription.getPending(),
  };
}

/** That they have ended is told by a promise alone. */
function watchMessages(messages: NatsMessages): Look {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  messages.closed().then(end, end);
  return () => ({
    name: "The consumption of a JetStream consumer",
    stopped: hasEnded ? "has ended" : undefined,
    lag: messages.getPending(),
  });
}

async function infoOf(consumer: NatsConsumer): Promise<ConsumerState> {
  try {
    const { name, stream_name, num_pending } = await promised(consumer.info());
    return { name: `The consumer ${name} of ${stream_name}`, lag: num_pending };
  } catch (failure) {
    const words = messageOf(failure);
    if (REFUSED.test(words)) return { name: "A consumer of JetStream", refused: words };
    throw behindNoResponders(failure);
  }
}

/** The server's words where the user may not publish to the subject of the question. */
const REFUSED = /\bpermissions violation\b/i;

/** A server without JetStream lets no one answer, which the drivers tell by a number or two words. */
function behindNoResponders(failure: unknown): unknown {
  const { code, message } = (failure ?? {}) as { code?: unknown; message?: unknown };
  const isUnanswered = [code, message].some((text) =>
    /^(?:503|no responders.*)$/i.test(String(text)),
  );
  if (!isUnanswered) return failure;
  const reason =
    "No JetStream answers: it is switched off, or not ready, where the client is connected.";
  return new CheckFailure("HALE_UNEXPECTED_REPLY", reason, { cause: failure });
}
