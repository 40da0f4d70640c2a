import type { Check, CheckOptions } from "../contract/check.ts";
import { notConnected } from "../contract/check-failures.ts";
import { requireOption } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import {
  type ConsumerState,
  listOf,
  outcomeOfBroker,
  timed,
} from "./internal/messaging/broker-outcome.ts";

/** The part of a client of `mqtt` that this check calls. */
export interface MqttClient {
  readonly connected: boolean;
  sendPing(): void;
  on(event: "packetreceive", listener: (packet: { readonly cmd: string }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  off(event: "packetreceive", listener: (packet: { readonly cmd: string }) => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/** The options of {@link mqtt}. */
export interface MqttOptions extends CheckOptions {
  /** The client that the service already uses, so that its own connection is what gets probed. */
  client: ClientSource<MqttClient>;
  /**
   * Topics to which the service subscribes, as it wrote them in `subscribe()`. The check is down while
   * the client has no subscription to one of them: the server has refused it, or it was given up.
   *
   * @default none
   */
  subscriptions?: readonly string[] | undefined;
}

/** The client keeps a list of its subscriptions for that alone. */
const CLIENT_FOR_SUBSCRIPTIONS = {
  secret: true,
  expected: `a client of mqtt that subscribes again when it has connected again, by its options resubscribe and reconnectPeriod, where there are "subscriptions"`,
  accepts(value: unknown) {
    const { options } = (value ?? {}) as {
      options?: { resubscribe?: boolean; reconnectPeriod?: number };
    };
    return options?.resubscribe !== false && options?.reconnectPeriod !== 0;
  },
};

const OWN_RULES = {
  subscriptions: listOf("topics", (value) => typeof value === "string" && value !== ""),
};

/**
 * Sends `PINGREQ` over the client's own connection and waits for `PINGRESP`. At most one waits for its
 * answer. A client that has lost its connection is down at once.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { connect } from "mqtt";
 * import { createHealth } from "hale";
 * import { mqtt } from "hale/checks";
 *
 * const client = connect("mqtt://127.0.0.1");
 * client.subscribe("meters/+/power");
 * const broker = mqtt({ client, subscriptions: ["meters/+/power"] });
 * const health = createHealth({ checks: { broker } });
 * ```
 */
export function mqtt(options: MqttOptions): Check {
  return clientCheck("mqtt", options, OWN_RULES, (client: MqttClient, { subscriptions }) => {
    if (subscriptions !== undefined) {
      requireOption("mqtt()", "client", client, CLIENT_FOR_SUBSCRIPTIONS);
    }
    const ask = oneAtATime(() => timed(() => ping(client)));
    return async () => {
      if (!client.connected) throw disconnectedMqtt(client);
      const roundTrip = await ask();
      const consumers = (subscriptions ?? []).map((topic) => stateOf(client, topic));
      return outcomeOfBroker({ roundTrip, consumers });
    };
  });
}

/** Waits for the answer to a ping, or for the end of the connection, which will bring none. */
function ping(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = () => {
      client.off("packetreceive", onPacket);
      client.off("close", onClose);
    };
    const onPacket = ({ cmd }: { readonly cmd: string }) => {
      if (cmd !== "pingresp") return;
      forget();
      resolve();
    };
    const onClose = () => {
      forget();
      reject(disconnectedMqtt(client));
    };
    client.on("packetreceive", onPacket);
    client.on("close", onClose);
    try {
      client.sendPing();
    } catch (failure) {
      forget();
      reject(failure);
    }
  });
}

function disconnectedMqtt(client: object): Error {
  const { reconnecting = false, disconnecting = false } = client as Partial<
    Record<"reconnecting" | "disconnecting", boolean>
  >;
  const state = disconnecting ? "closed" : reconnecting ? "reconnecting" : "disconnected";
  return notConnected(state);
}

/** The topics that a client subscribes to again after a reconnection; refused ones are not among them. */
interface WithTopics {
  readonly _resubscribeTopics?: object;
}

function stateOf(client: MqttClient, topic: string): ConsumerState {
  const { _resubscribeTopics: topics } = client as WithTopics;
  const name = `The subscription to ${topic}`;
  if (topics === undefined) {
    return { name, stopped: "cannot be seen: this version of mqtt does not tell" };
  }
  return { name, stopped: Object.hasOwn(topics, topic) ? undefined : "is not there" };
}
