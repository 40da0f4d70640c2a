import { notConnected, unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { promised } from "../common/promised.ts";
import { failuresIn } from "../common/refusals.ts";
import { timed } from "./broker-outcome.ts";
import type {
  ConfluentAdmin,
  ConfluentClient,
  KafkaAdmin,
  KafkaClient,
  KafkaConsumer,
  KafkaFactory,
  KafkaProducer,
  PlatformaticClient,
} from "./kafka-client.ts";
import { listen } from "./kafka-consumer.ts";

/** The query of a client that shows whether its cluster answers. */
export interface KafkaPing {
  /** Milliseconds that the query took; `undefined` where none was sent. */
  send(): Promise<number | undefined>;
  close(): Promise<void>;
}

type Admin = KafkaAdmin | ConfluentAdmin;

/** Whether a client is a consumer of kafkajs; Confluent's has a method of that name which only throws. */
export function isKafkajsConsumer(client: KafkaClient): client is KafkaConsumer {
  return hasMethods(client, ["describeGroup"]) && !isConfluent(client);
}

function isConfluent(client: KafkaClient): client is ConfluentClient {
  return hasMethods(client, ["dependentAdmin"]);
}

/** Makes the query that a client supports. */
export function kafkaPing(client: KafkaClient): KafkaPing {
  if (hasMethods(client, ["isIdempotent"])) return watchProducer(client as KafkaProducer);
  if (isKafkajsConsumer(client)) return direct(() => client.describeGroup());
  if (hasMethods(client, ["listApis"])) {
    return direct(() => (client as PlatformaticClient).listApis());
  }
  if (isConfluent(client)) return throughOwnAdmin(() => client.dependentAdmin());
  if (hasMethods(client, ["admin"])) {
    const factory = client as KafkaFactory;
    return throughOwnAdmin(() => factory.admin(adminOptions(factory)));
  }
  return direct(() => askAdmin(client as Admin));
}

function direct(call: () => PromiseLike<unknown>): KafkaPing {
  return { send: () => timed(() => answered(call)), close: async () => {} };
}

/** Waits for an answer; that the user lacks the right to ask is one too. */
async function answered(call: () => PromiseLike<unknown>): Promise<void> {
  try {
    await promised(call());
  } catch (failure) {
    if (![...failuresIn(failure)].some(isRefusedByName)) throw failure;
  }
}

/** The refusal by an ACL, in the words of all drivers; wrong credentials fail their authentication. */
const REFUSED = /\b(?:topic|group|cluster)[ _]authorization[ _]failed\b/i;

function isRefusedByName(failure: unknown): boolean {
  const { type, apiId, message } = Object(failure) as Record<string, unknown>;
  return REFUSED.test(`${type} ${apiId} ${message}`);
}

/** The engine repeats a failed run, and tells its reason: the driver neither retries nor logs. */
function adminOptions(factory: KafkaFactory): object {
  return hasMethods(factory, ["logger"]) ? { retry: { retries: 0 } } : { log_level: 0 };
}

/** One admin client, connected once; one that has failed is given up for another. */
function throughOwnAdmin(open: () => Admin): KafkaPing {
  let own: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    const admin = open();
    try {
      await promised(admin.connect());
    } catch (failure) {
      await end(admin);
      throw failure;
    }
    return admin;
  }

  return {
    async send() {
      own ??= connect();
      const mine = own;
      try {
        const admin = await mine;
        return await timed(() => answered(() => askAdmin(admin)));
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

async function end(admin: Admin): Promise<void> {
  try {
    await admin.disconnect();
  } catch {
    // It is no longer used either way.
  }
}

/** Confluent's admin client has no query without topics. */
async function askAdmin(admin: Admin): Promise<void> {
  if (!hasMethods(admin, ["describeCluster"])) {
    await promised((admin as ConfluentAdmin).listTopics());
    return;
  }
  const { brokers } = await promised((admin as KafkaAdmin).describeCluster());
  if (brokers.length === 0) throw unexpectedReply("brokers", "none");
}

/** A producer reports its connection and its requests, and has no query of its own. */
function watchProducer(producer: KafkaProducer): KafkaPing {
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
    async send() {
      if (state !== undefined) throw notConnected(state);
      return undefined;
    },
    async close() {
      stop();
    },
  };
}
