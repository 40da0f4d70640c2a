import type { ConsumerState } from "./broker-outcome.ts";
import type { KafkaConsumer, KafkaEmitter } from "./kafka-client.ts";

/** The state of one consumer, by its events alone. */
export interface WatchedConsumer {
  look(): ConsumerState;
  stop(): void;
}

interface Payload {
  readonly groupId?: string;
  readonly error?: { readonly message?: unknown };
  readonly restart?: boolean;
  readonly topic?: string;
  readonly partition?: number;
  readonly offsetLag?: string;
}

/** Calls the listeners of a client's events; returns what ends that. */
export function listen(
  client: KafkaEmitter,
  listeners: Readonly<Record<string, (payload: Payload) => void>>,
): () => void {
  const ends = Object.entries(listeners).flatMap(([name, listener]) => {
    const event = client.events[name];
    if (event === undefined) return [];
    return [
      client.on(event as never, (told) => listener((told as { payload?: Payload }).payload ?? {})),
    ];
  });
  return () => {
    for (const end of ends) end();
  };
}

/** Watches a consumer from now on: it runs until it is heard to have ended, or is not heard at all. */
export function watchConsumer(consumer: KafkaConsumer, heartbeatWithin: number): WatchedConsumer {
  let heardAt = performance.now();
  let group: string | undefined;
  let over: string | undefined;
  const lags = new Map<string, number>();

  function hear({ groupId }: Payload): void {
    heardAt = performance.now();
    group = groupId ?? group;
  }
  const stop = listen(consumer, {
    HEARTBEAT: hear,
    GROUP_JOIN(payload) {
      hear(payload);
      over = undefined;
      // The partitions of before may be another's now.
      lags.clear();
    },
    STOP() {
      over = "was stopped";
    },
    DISCONNECT() {
      over ??= "is disconnected";
    },
    CRASH({ error, restart, groupId }) {
      group = groupId ?? group;
      const next = restart === true ? "and is to start again" : "and will not start again";
      over = `has crashed, ${next}: ${String(error?.message ?? "no reason was given").replace(/\.$/, "")}`;
    },
    END_BATCH_PROCESS({ topic, partition, offsetLag }) {
      lags.set(`${topic}/${partition}`, Number(offsetLag));
    },
  });

  return {
    stop,
    look() {
      const silence = performance.now() - heardAt;
      const silent =
        silence > heartbeatWithin
          ? `has sent no heartbeat for ${(silence / 1000).toFixed(1)} s`
          : undefined;
      return {
        name: group === undefined ? "The consumer" : `The consumer of the group ${group}`,
        stopped: over ?? silent,
        ...(lags.size > 0 && { lag: [...lags.values()].reduce((sum, lag) => sum + lag) }),
      };
    },
  };
}
