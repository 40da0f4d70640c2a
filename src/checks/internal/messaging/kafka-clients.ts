import { notConnected, unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { promised } from "../common/promised.ts";
import { timed } from "./broker-outcome.ts";
import type { KafkaAdmin, KafkaConsumer, KafkaFactory, KafkaProducer } from "./kafka-client.ts";
import { listen } from "./kafka-consumer.ts";

/** How a client is asked whether its cluster answers. */
export interface Question {
  /** Milliseconds that the question took; `undefined` where none was asked. */
  ask(): Promise<number | undefined>;
  close(): Promise<void>;
}

const nothingToClose = async () => {};

/** Makes the question that a client can send. */
export function questionTo(client: KafkaFactory | KafkaAdmin | KafkaConsumer): Question {
  if (hasMethods(client, ["describeGroup"])) {
    const consumer = client as KafkaConsumer;
    return { ask: () => timed(() => promised(consumer.describeGroup())), close: nothingToClose };
  }
  if (hasMethods(client, ["describeCluster"])) {
    return { ask: () => timed(() => describe(client as KafkaAdmin)), close: nothingToClose };
  }
  return throughOwnAdmin(client as KafkaFactory);
}

/** One admin client, connected once; one that has failed is given up for another. */
function throughOwnAdmin(client: KafkaFactory): Question {
  let own: Promise<KafkaAdmin> | undefined;

  async function connect(): Promise<KafkaAdmin> {
    // The engine tries again, and knows why it failed, sooner than the driver does.
    const admin = client.admin({ retry: { retries: 0 } });
    try {
      await promised(admin.connect());
    } catch (failure) {
      await end(admin);
      throw failure;
    }
    return admin;
  }

  return {
    async ask() {
      own ??= connect();
      const mine = own;
      try {
        const admin = await mine;
        return await timed(() => describe(admin));
      } catch (failure) {
        if (own === mine) own = undefined;
        mine.then(end, () => {});
        throw failure;
      }
    },
    async close() {
      // Not waited for: it may be connecting to a server that says nothing.
      own?.then(end, () => {});
    },
  };
}

async function end(admin: KafkaAdmin): Promise<void> {
  try {
    await admin.disconnect();
  } catch {
    // It is no longer used either way.
  }
}

async function describe(admin: KafkaAdmin): Promise<void> {
  const { brokers } = await promised(admin.describeCluster());
  if (brokers.length === 0) throw unexpectedReply("brokers", "none");
}

/** A producer tells of its connection and its requests, and has no question of its own. */
export function watchProducer(producer: KafkaProducer): Question {
  let state: string | undefined;
  const stop = listen(producer, {
    CONNECT() {
      state = undefined;
    },
    DISCONNECT() {
      state = "disconnected";
    },
    REQUEST() {
      state = undefined;
    },
    REQUEST_TIMEOUT() {
      state = "no answer to its last request";
    },
  });
  return {
    async ask() {
      if (state !== undefined) throw notConnected(state);
      return undefined;
    },
    async close() {
      stop();
    },
  };
}
