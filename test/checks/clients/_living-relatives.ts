import type { Kind } from "../../../src/checks/internal/clients/client-table.ts";
import { load } from "./_relatives.ts";

/** The URLs of the servers that are asked for these clients. */
export interface Urls {
  readonly mariadb: string;
  readonly postgres: string;
  readonly rabbitmq: string;
  readonly nats: string;
}

/** A client that there is only once it has connected. */
export interface LivingRelative {
  readonly client: string;
  readonly packages: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: these are packages of many versions, without types
  readonly make: (driver: any, urls: Urls, name: string) => Promise<any>;
  readonly end: (client: never) => unknown;
  readonly becomes?: Kind;
  readonly refused?: string;
}

const close = (client: { close(): unknown }) => client.close();
const end = (client: { end(): unknown }) => client.end();
/** Ends the connection of a channel. */
const endConnection = (channel: { connection: { close(done?: () => void): unknown } }) =>
  new Promise<void>((resolve) => channel.connection.close(resolve));

/** A pool whose connections hear of the end of the server, whoever has given them up. */
function quietPool(connectionString: string) {
  const pool = new (load("pg").Pool)({ connectionString });
  pool.on("error", () => {});
  pool.on("connect", (connection: { on(name: string, listener: () => void): void }) =>
    connection.on("error", () => {}),
  );
  return pool;
}

const AMQPLIB = ["amqplib", "amqplib0.10", "amqplib0.5"];
const called = <T>(call: (done: (failure: unknown, value: T) => void) => void) =>
  new Promise<T>((resolve, reject) => {
    call((failure, value) => (failure ? reject(failure) : resolve(value)));
  });

/** Each version has tables of its own. */
const schemaOf = (name: string) => name.replace(/\W/g, "_");
const quiet = (d: { Logger: new (log: () => () => void) => object }) =>
  new d.Logger(() => () => {});

function natsOptions(url: string): object {
  const { host, username, password } = new URL(url);
  return { servers: host, user: username, pass: password };
}

/** Relatives whose clients a server must let in. */
export const LIVING_RELATIVES: readonly LivingRelative[] = [
  {
    client: "connection with promises",
    packages: ["mysql2", "mysql2-2"],
    make: (_, { mariadb }, name) => load(`${name}/promise`).createConnection(mariadb),
    end,
    becomes: "mysql",
  },
  {
    client: "connection",
    packages: ["mariadb"],
    make: (d, { mariadb }) => d.createConnection(mariadb.replace("mysql:", "mariadb:")),
    end,
    becomes: "mysql",
  },
  {
    client: "connection",
    packages: AMQPLIB,
    make: (d, { rabbitmq }) => d.connect(rabbitmq),
    end: close,
    becomes: "amqp",
  },
  {
    client: "channel",
    packages: AMQPLIB,
    make: async (d, { rabbitmq }) => (await d.connect(rabbitmq)).createChannel(),
    end: endConnection,
    becomes: "amqp",
  },
  {
    client: "confirm channel",
    packages: AMQPLIB,
    make: async (d, { rabbitmq }) => (await d.connect(rabbitmq)).createConfirmChannel(),
    end: endConnection,
    becomes: "amqp",
  },
  {
    client: "connection of callback_api",
    packages: AMQPLIB,
    make: (_, { rabbitmq }, name) =>
      called((done) => load(`${name}/callback_api`).connect(rabbitmq, done)),
    end: close,
    refused: "a connection of amqplib/callback_api",
  },
  {
    client: "channel of callback_api",
    packages: AMQPLIB,
    make: async (_, { rabbitmq }, name) => {
      const connection = await called<{ createChannel(done: unknown): void }>((done) =>
        load(`${name}/callback_api`).connect(rabbitmq, done),
      );
      return called((done) => connection.createChannel(done));
    },
    end: endConnection,
    refused: "a channel of amqplib/callback_api",
  },
  {
    client: "connection",
    packages: ["amqp-connection-manager", "amqp-connection-manager3"],
    make: async (d, { rabbitmq }) => d.connect(rabbitmq),
    end: close,
    becomes: "amqp",
  },
  {
    client: "channel",
    packages: ["amqp-connection-manager", "amqp-connection-manager3"],
    make: async (d, { rabbitmq }) => {
      const channel = d.connect(rabbitmq).createChannel();
      await channel.waitForConnect();
      return channel;
    },
    end: (channel: { _connectionManager: { close(): unknown } }) =>
      channel._connectionManager.close(),
    becomes: "amqp",
  },
  {
    client: "WorkerUtils",
    packages: ["graphile-worker", "graphile-worker0.13"],
    make: (d, { postgres }) => d.makeWorkerUtils({ pgPool: quietPool(postgres), logger: quiet(d) }),
    end: (utils: { release(): unknown }) => utils.release(),
    becomes: "graphileWorker",
  },
  {
    client: "Runner",
    packages: ["graphile-worker", "graphile-worker0.13"],
    make: (d, { postgres }, name) =>
      d.run({
        ...{ pgPool: quietPool(postgres), noHandleSignals: true, schema: schemaOf(name) },
        ...{ taskList: { mail() {} }, logger: quiet(d) },
      }),
    end: (runner: { stop(): unknown }) => runner.stop(),
    becomes: "graphileWorker",
  },
  {
    client: "connection",
    packages: ["nats", "@nats-io/transport-node"],
    make: (d, { nats }) => d.connect(natsOptions(nats)),
    end: close,
    becomes: "nats",
  },
];
