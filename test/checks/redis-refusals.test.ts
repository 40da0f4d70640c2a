import { rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { Cluster, Redis } from "ioredis";
import { Redis as Valkey, Cluster as ValkeyCluster } from "iovalkey";
import { createClient, createCluster, createSentinel } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, type RedisOptions, redis } from "../../src/checks/redis.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { runCheck } from "../_support/run-check.ts";
import { closedPort } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";
import { load } from "./clients/_relatives.ts";

async function startServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const server = await redisServer.start({ settings });
  onTestFinished(() => server.stop());
  return server;
}

/** Something that speaks TLS, with a certificate that it has signed itself. */
async function startTls(): Promise<number> {
  const server = createServer(CERTIFICATE, (socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function openIoRedis(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null, enableReadyCheck: false });
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

async function openRedis(url: string): Promise<RedisClient> {
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

const KINDS = { ioredis: openIoRedis, redis: openRedis };

describe.each(Object.entries(KINDS))(
  "with a user of %s who may not send everything,",
  (_, open) => {
    const ASKED: readonly [string, string, Omit<RedisOptions, "client">, object][] = [
      ["PING", "+@all -ping", {}, { status: "up" }],
      ["everything but PING", "-@all +ping", {}, { status: "up" }],
      ["ROLE", "+@all -role", {}, { status: "up" }],
      [
        "ROLE, which an option asks,",
        "+@all -role",
        { writable: true },
        {
          status: "degraded",
          reason: expect.stringContaining("lacks permission for ROLE (NOPERM"),
        },
      ],
      [
        "INFO, which an option asks,",
        "+@all -info",
        { memory: {} },
        {
          status: "degraded",
          reason: expect.stringContaining("lacks permission for INFO memory (NOPERM"),
        },
      ],
    ];

    test.each(ASKED)("a refusal of %s is an answer", async (_, rights, options, outcome) => {
      const server = await startServer();
      const admin = openIoRedis(server.url);
      await admin.acl("SETUSER", "some", "on", ">horse", "~*", "&*", ...rights.split(" "));
      const client = await open(server.url.replace("redis://", "redis://some:horse@"));
      expect(await runCheck(redis({ client, ...options }), 5000)).toMatchObject(outcome);
    });

    test("wrong credentials are no refusal by name", async () => {
      const server = await startServer({ requirepass: "horse" });
      const client = openIoRedis(server.url);
      expect(await runCheck(redis({ client }), 5000)).toMatchObject({
        status: "down",
        reason: expect.stringContaining("NOAUTH"),
      });
    });
  },
);

describe("a server that accepts no writes", () => {
  test("for want of replicas is degraded where the service writes, and else up", async () => {
    const server = await startServer({ "min-replicas-to-write": "1" });
    const client = openIoRedis(server.url);
    await expect(client.set("a", "1")).rejects.toThrow("NOREPLICAS");
    expect(await runCheck(redis({ client, writable: true }), 5000)).toMatchObject({
      status: "degraded",
      reason: "The server accepts no writes: 0 of its replicas keep up, fewer than required.",
    });
    expect(await runCheck(redis({ client }), 5000)).toMatchObject({ status: "up" });
  });

  test.each([
    ["ioredis", openIoRedis],
    ["redis", openRedis],
  ])(
    "for want of a second replica is degraded, and without the right to ask for how many up, through %s",
    async (_, open) => {
      const server = await startServer({ "min-replicas-to-write": "2" });
      const replica = await startServer({ replicaof: `127.0.0.1 ${server.port}` });
      const admin = openIoRedis(server.url);
      await expect
        .poll(() => admin.info("replication"), { timeout: 30_000 })
        .toContain("min_slaves_good_slaves:1");
      await expect(admin.set("a", "1")).rejects.toThrow("NOREPLICAS");
      const client = await open(server.url);
      expect(await runCheck(redis({ client, writable: true }), 5000)).toMatchObject({
        status: "degraded",
        reason: "The server accepts no writes: 1 of its replicas keep up, fewer than required.",
      });
      await admin.acl("SETUSER", "some", "on", ">horse", "~*", "&*", "+@all", "-config");
      const other = await open(server.url.replace("redis://", "redis://some:horse@"));
      expect(await runCheck(redis({ client: other, writable: true }), 5000)).toMatchObject({
        status: "up",
      });
      await admin.config("SET", "min-replicas-to-write", "1");
      expect(await runCheck(redis({ client, writable: true }), 5000)).toMatchObject({
        status: "up",
      });
      await replica.stop();
    },
  );

  test("since it cannot save is degraded", async () => {
    const server = await startServer();
    const client = openIoRedis(server.url);
    await client.set("a", "1");
    // A folder that is gone: the server is asked to save, and fails.
    await client.config("SET", "save", "3600 1");
    await rm(server.folder, { recursive: true });
    await client.bgsave();
    await expect.poll(() => client.info("persistence")).toContain("rdb_last_bgsave_status:err");
    for (const writable of [true, false]) {
      expect(await runCheck(redis({ client, writable }), 5000)).toMatchObject({
        status: "degraded",
        reason: expect.stringContaining("accepts no writes: MISCONF"),
      });
    }
  });
});

describe.each(["ioredis", "redis"])("a certificate that %s does not trust", (kind) => {
  test("is the reason behind a connection that is tried again and again", async () => {
    const url = `rediss://127.0.0.1:${await startTls()}`;
    let client: RedisClient;
    if (kind === "ioredis") {
      client = openIoRedis(url);
    } else {
      const made = createClient({ url });
      made.on("error", () => {});
      made.connect().catch(() => {});
      onTestFinished(() => made.destroy());
      client = made;
    }
    const check = redis({ client });
    await expect
      .poll(async () => (await runCheck(check, 5000)).reason, { timeout: 20_000 })
      .toMatch(/its state is "reconnecting".*(self-signed certificate|unable to verify|altnames)/);
  });
});

interface Where {
  readonly port: number;
  readonly tls?: Readonly<Record<string, never>>;
  readonly password?: string;
}

/** Clients that look for their servers. */
const LOOKING: Readonly<Record<string, (where: Where) => RedisClient>> = {
  "ioredis Cluster": ({ port, ...redisOptions }) =>
    closedLater(new Cluster([{ host: "127.0.0.1", port }], { redisOptions })),
  "ioredis 4 Cluster": ({ port, ...redisOptions }) =>
    closedLater(new (load("ioredis4").Cluster)([{ host: "127.0.0.1", port }], { redisOptions })),
  "iovalkey Cluster": ({ port, ...redisOptions }) =>
    closedLater(new ValkeyCluster([{ host: "127.0.0.1", port }], { redisOptions })),
  "ioredis by Sentinel": (where) => closedLater(new Redis(bySentinel(where))),
  "ioredis 4 by Sentinel": (where) => closedLater(new (load("ioredis4"))(bySentinel(where))),
  "iovalkey by Sentinel": (where) => closedLater(new Valkey(bySentinel(where))),
  "redis createCluster": ({ port, tls, ...defaults }) =>
    connected(
      createCluster({
        rootNodes: [{ socket: { host: "127.0.0.1", port, ...(tls && { tls: true }) } }],
        defaults,
      }),
    ),
  "redis createSentinel": ({ port, tls, ...options }) =>
    connected(
      createSentinel({
        name: "main",
        sentinelRootNodes: [{ host: "127.0.0.1", port }],
        sentinelClientOptions: { ...options, ...(tls && { socket: { tls: true } }) },
      }),
    ),
};

function bySentinel({ port, tls, password }: Where) {
  return {
    sentinels: [{ host: "127.0.0.1", port }],
    name: "main",
    ...(tls && { sentinelTLS: tls }),
    ...(password && { sentinelPassword: password }),
    maxRetriesPerRequest: null,
  };
}

interface Looking extends RedisClient {
  on(event: string, listener: () => void): unknown;
}

function closedLater(client: Looking & { disconnect(): void }): RedisClient {
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

function connected(
  client: Looking & { readonly isOpen: boolean; connect(): Promise<unknown>; destroy(): unknown },
): RedisClient {
  client.on("error", () => {});
  client.on("client-error", () => {});
  client.connect().catch(() => {});
  onTestFinished(() => {
    // One that never found a sentinel goes on looking for it, and does not say when it has ended.
    if (client.isOpen) void Promise.resolve(client.destroy()).catch(() => {});
  });
  return client;
}

/** The reason of a check comes to be one of those. */
async function expectReason(client: RedisClient, reason: RegExp): Promise<void> {
  const check = redis({ client });
  await expect
    .poll(async () => (await runCheck(check, 1000)).reason, { timeout: 20_000 })
    .toMatch(reason);
  check.close?.();
}

describe.each(Object.entries(LOOKING))("%s, that finds no server,", (_, open) => {
  test("names the error of TLS for a certificate that it does not trust", async () => {
    await expectReason(open({ port: await startTls(), tls: {} }), /self-signed certificate/);
  });

  test("names the error of a connection that is refused", async () => {
    await expectReason(open({ port: await closedPort() }), /ECONNREFUSED/);
  });

  test("names the refusal of a wrong password", async () => {
    const { port } = await startServer({ requirepass: "horse" });
    await expectReason(open({ port, password: "mare" }), /WRONGPASS|NOAUTH/);
  });
});

describe.each(["ioredis", "redis"])("a certificate of another name, for %s,", (kind) => {
  test("is the reason behind a connection that is tried again and again, though it is trusted", async () => {
    const tls = { ca: CERTIFICATE.cert, servername: "cache.shop.test" };
    const where = { host: "127.0.0.1", port: await startTls() };
    let client: RedisClient;
    if (kind === "ioredis") {
      const made = new Redis({ ...where, tls, maxRetriesPerRequest: null });
      made.on("error", () => {});
      onTestFinished(() => made.disconnect());
      client = made;
    } else {
      const made = createClient({ socket: { ...where, tls: true, ...tls } });
      made.on("error", () => {});
      made.connect().catch(() => {});
      onTestFinished(() => made.destroy());
      client = made;
    }
    const check = redis({ client });
    await expect
      .poll(async () => (await runCheck(check, 5000)).reason, { timeout: 20_000 })
      .toMatch(
        /its state is "reconnecting".*Host: cache\.shop\.test\. is not in the cert's altnames/,
      );
  });
});
