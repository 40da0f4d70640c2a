import { EventEmitter } from "node:events";
import { Cluster } from "ioredis";
import { Cluster as ValkeyCluster } from "iovalkey";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { createHealth } from "../../src/index.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { closedPort } from "../_support/tcp.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { type RedisCluster, startRedisCluster } from "../servers/_redis-cluster.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";

const PASSWORD = "right-horse";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster({ requirepass: PASSWORD });
});
afterAll(() => cluster.stop());

/** The client of a cluster, and the moment from which on it has its list of nodes. */
interface Opened {
  readonly client: RedisClient;
  readonly connected: Promise<unknown>;
  close(): unknown;
}

/** Opens a client of each kind, which ends with the test. */
const KINDS: Readonly<Record<string, (url: string, retryAfter?: number) => Opened>> = {
  "ioredis Cluster"(url, retryAfter) {
    const client = new Cluster(...startOf(url, retryAfter));
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    const connected = new Promise((resolve) => client.once("ready", resolve));
    return { client, connected, close: () => client.disconnect() };
  },
  "iovalkey Cluster"(url, retryAfter) {
    const client = new ValkeyCluster(...startOf(url, retryAfter));
    client.on("error", () => {});
    onTestFinished(() => client.disconnect());
    const connected = new Promise((resolve) => client.once("ready", resolve));
    return { client, connected, close: () => client.disconnect() };
  },
  "redis createCluster"(url) {
    const { password } = new URL(url);
    const client = createCluster({ rootNodes: [{ url }], defaults: { password } });
    client.on("error", () => {});
    onTestFinished(() => {
      if (client.isOpen) client.destroy();
    });
    const connected = client.connect();
    connected.catch(() => {});
    return { client, connected, close: () => client.destroy() };
  },
};

/** What a cluster client of ioredis and its kin is made of. */
function startOf(url: string, retryAfter = 100) {
  const { hostname: host, port, password } = new URL(url);
  const options = { redisOptions: { password }, clusterRetryStrategy: () => retryAfter };
  return [[{ host, port: Number(port) }], options] satisfies [object[], object];
}

/** Waits in `BLPOP` for what never comes. */
function block(client: RedisClient): Promise<unknown> {
  const { blpop, blPop } = client as unknown as Record<string, (...args: unknown[]) => unknown>;
  return Promise.resolve((blpop ?? blPop)?.call(client, "nothing", 0));
}

/** What sends a command over the client's own connection to the first master. */
async function firstMaster(client: RedisClient): Promise<(command: string) => Promise<unknown>> {
  if (client instanceof Cluster || client instanceof ValkeyCluster) {
    const node = client.nodes("master")[0] as unknown as { call(name: string): Promise<unknown> };
    return (command) => node.call(command);
  }
  const { masters, nodeClient } = client as unknown as ReturnType<typeof createCluster>;
  const node = await nodeClient.call(client, masters[0] as (typeof masters)[number]);
  return (command) => node.sendCommand([command]);
}

/** The commands that a node has been sent, by name. */
async function callsTo(node: RunningServer, command: string): Promise<number> {
  return Number(
    new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await infoOf(node, "commandstats"))?.[1] ??
      0,
  );
}

async function connectionsTo(node: RunningServer): Promise<number> {
  const info = await infoOf(node, "stats");
  return Number(/total_connections_received:(\d+)/.exec(info)?.[1]);
}

async function infoOf(node: RunningServer, section: string): Promise<string> {
  const { createClient } = await import("redis");
  const client = await createClient({ url: node.url }).connect();
  try {
    return await client.info(section);
  } finally {
    client.destroy();
  }
}

const up = async (open: (url: string) => Opened, options = {}) => {
  const { client, connected } = open(cluster.url);
  await connected;
  return redis({ client, ...options });
};

describe.each(Object.entries(KINDS))("through %s", (kind, open) => {
  checkContract(`redis through ${kind}`, {
    up: () => up(open),
    down: async () => {
      const { client } = open(`redis://127.0.0.1:${await closedPort()}`, 60_000);
      await until("the client to have tried", () => (client.status ?? "end") !== "connecting");
      return redis({ client });
    },
    hanging: async () => {
      const never = () => new Promise<never>(() => {});
      const node = { options: {}, cluster: never, role: never, info: never };
      return redis({ client: { ping: never, nodes: () => [node] } as RedisClient });
    },
  });

  test("the client is recognised when it is passed as it is", async () => {
    const { client, connected } = open(cluster.url);
    await connected;
    const { probe } = await startService({ checks: { cache: client } });
    expect(await probe("/health/deep")).toMatchObject({
      status: 200,
      body: '{"status":"healthy","checks":{"cache":"ok"}}',
    });
  });

  test("every master is asked, once a run", async () => {
    const check = await up(open);
    await runCheck(check, 5000);
    const before = await Promise.all(cluster.nodes.map((node) => callsTo(node, "cluster\\|info")));
    const outcome = await runCheck(check, 5000);
    expect(outcome).toMatchObject({
      status: "up",
      observations: {
        masters: { value: 3, unit: "nodes" },
        servingMasters: { value: 3, unit: "nodes" },
      },
    });
    const after = await Promise.all(cluster.nodes.map((node) => callsTo(node, "cluster\\|info")));
    expect(after.map((calls, index) => calls - (before[index] ?? 0))).toEqual([1, 1, 1]);
  });

  test("no probe opens a connection", async () => {
    const { client, connected } = open(cluster.url);
    await connected;
    const service = await startService({ checks: { cache: client } });
    await service.becomes("/health/ready", 200);
    const before = await Promise.all(cluster.nodes.map(connectionsTo));
    for (let probe = 0; probe < 10; probe++) await service.probe("/health/deep");
    const after = await Promise.all(cluster.nodes.map(connectionsTo));
    // The one that asks is the test's own.
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
  });

  test("a client that the service has closed is down", async () => {
    const { client, connected, close } = open(cluster.url);
    await connected;
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    close();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "down", writtenOff: false });
  });

  test("a master whose connection is busy with BLPOP is not asked, and the reason names it", async () => {
    const { client, connected } = open(cluster.url);
    await connected;
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const before = await Promise.all(cluster.nodes.map((node) => callsTo(node, "cluster\\|info")));
    block(client).catch(() => {});
    for (let run = 0; run < 2; run++) {
      expect(await runCheck(check, 500)).toMatchObject({
        status: "degraded",
        code: "HALE_CONNECTION_BUSY",
        reason: expect.stringMatching(
          /^2 of 3 masters serve; 127\.0\.0\.1:\d+: busy with BLPOP, so it was not asked\. Give the check another client of that cluster\.$/,
        ),
        observations: { masters: { value: 3 }, servingMasters: { value: 2 } },
        writtenOff: false,
      });
    }
    const after = await Promise.all(cluster.nodes.map((node) => callsTo(node, "cluster\\|info")));
    expect(after.map((calls, index) => calls - (before[index] ?? 0)).sort()).toEqual([0, 2, 2]);
    check.close?.();
  });

  test("a master whose connection is in a transaction is not asked", async () => {
    const { client, connected } = open(cluster.url);
    await connected;
    const check = redis({ client });
    const send = await firstMaster(client);
    await send("MULTI");
    const outcomes = [await runCheck(check, 500)];
    await send("PING");
    expect(await send("EXEC")).toEqual(["PONG"]);
    outcomes.push(await runCheck(check, 5000));
    await send("MULTI");
    outcomes.push(await runCheck(check, 200));
    await send("PING");
    expect(await send("EXEC")).toEqual(["PONG"]);
    outcomes.push(await runCheck(check, 5000));
    // The address of a connection of redis is not known: its server is asked over another one.
    expect(outcomes).toMatchObject([
      { status: kind === "redis createCluster" ? "up" : "degraded" },
      { status: "up" },
      { status: "degraded", reason: expect.stringContaining("busy with MULTI, so it was not") },
      { status: "up" },
    ]);
    check.close?.();
  });

  test("role and memory are asked of every master, and the fullest counts", async () => {
    const check = await up(open, { writable: true, memory: { degraded: 0.9 } });
    expect(await runCheck(check, 5000)).toMatchObject({
      status: "up",
      observations: {
        role: { value: "master" },
        usedMemory: { value: expect.any(Number), unit: "bytes" },
        maxMemory: { value: 0, unit: "bytes" },
        evictionPolicy: { value: "noeviction" },
      },
    });
  });
});

test("a cluster that has lost one master of three is degraded, and up again once that is back", async () => {
  const own = await startRedisCluster({ settings: { "cluster-require-full-coverage": "no" } });
  onTestFinished(() => own.stop());
  const opened = Object.values(KINDS).map((open) => open(own.url));
  await Promise.all(opened.map(({ connected }) => connected));
  const checks = opened.map(({ client }) => redis({ client }));
  const runAll = () => Promise.all(checks.map((check) => runCheck(check, 1500)));
  const allAre = (status: string) =>
    until(`all clients to be ${status}`, async () =>
      (await runAll()).every((outcome) => outcome.status === status),
    );
  await allAre("up");
  const lost = own.nodes[2] as RunningServer;
  await lost.pause();
  const degraded = {
    status: "degraded",
    reason: `2 of 3 masters serve; 127.0.0.1:${lost.port}: no answer.`,
    observations: { masters: { value: 3 }, servingMasters: { value: 2 } },
  };
  expect(await runAll()).toMatchObject([degraded, degraded, degraded]);
  await lost.kill();
  await allAre("degraded");
  await lost.restart();
  await allAre("up");
}, 120_000);

test("a cluster that refuses every key, since a part of the slots is lost, is down", async () => {
  const own = await startRedisCluster();
  onTestFinished(() => own.stop());
  const { client, connected } = (KINDS["ioredis Cluster"] as (url: string) => Opened)(own.url);
  await connected;
  const check = redis({ client });
  await until("the cluster to be up", async () => (await runCheck(check, 5000)).status === "up");
  await own.nodes[2]?.kill();
  await until("the cluster to be down", async () => {
    const { status, reason } = await runCheck(check, 1000);
    return status === "down" && reason === 'Expected cluster_state:ok, got "fail".';
  });
}, 90_000);

test("a cluster client without any master is down", async () => {
  const client = { ping: async () => "PONG", nodes: () => [] };
  expect(await runCheck(redis({ client }))).toMatchObject({
    status: "down",
    reason: 'The client is not connected: its state is "without a master".',
  });
});

test("a master that refuses beside one that is silent is down, and both are named", async () => {
  const node = (port: number, answer: () => Promise<string>) => ({
    options: { host: "127.0.0.1", port },
    cluster: answer,
    role: answer,
    info: answer,
  });
  const nodes = [
    node(1, () =>
      Promise.reject(Object.assign(new Error("The master is gone."), { code: "EGONE" })),
    ),
    node(2, () => new Promise(() => {})),
  ];
  const client = { ping: async () => "PONG", nodes: () => nodes } as RedisClient;
  expect(await runCheck(redis({ client }), 20)).toMatchObject({
    status: "down",
    reason: "0 of 2 masters serve; 127.0.0.1:1: The master is gone; 127.0.0.1:2: no answer.",
    code: "EGONE",
    writtenOff: false,
  });
});

test("a master that is silent is asked once, however many runs come", async () => {
  const asked: string[] = [];
  const node = (port: number, answer: () => Promise<string>) => ({
    options: { host: "127.0.0.1", port },
    cluster: () => {
      asked.push(String(port));
      return answer();
    },
    role: answer,
    info: answer,
  });
  const nodes = [
    node(1, async () => "cluster_state:ok\r\ncluster_size:2\r\n"),
    node(2, () => new Promise(() => {})),
  ];
  const check = redis({ client: { ping: async () => "PONG", nodes: () => nodes } as RedisClient });
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 20)).toMatchObject({ status: "degraded", writtenOff: false });
  }
  expect(asked.filter((port) => port === "2")).toHaveLength(1);
  expect(asked.filter((port) => port === "1")).toHaveLength(3);
});

describe.each(Object.entries(KINDS))("%s", (kind, open) => {
  faultContract("redis", kind, {
    start: () => startRedisCluster({ requirepass: PASSWORD }),
    open: (url) => open(url).client,
    wrongCredentials: (url) => url.replace(PASSWORD, "wrong-horse"),
    unsteady: ["refused", "hang", "wrong credentials"],
    well: ["up"],
  });
});

test("a connection that a closed check was still waiting for is not observed, and no other is opened", async () => {
  const node = Object.assign(new EventEmitter(), {
    isReady: true,
    sendCommand: async () => "OK",
    clusterInfo: async () => "cluster_state:ok\r\n",
    duplicate: () => expect.fail("Another connection was opened."),
  });
  const { sendCommand } = node;
  let open: (node: object) => void = () => {};
  const opened = new Promise<object>((resolve) => {
    open = resolve;
  });
  const client = {
    masters: [{ address: "127.0.0.1:7000" }],
    nodeClient: () => opened,
    ping: async () => "PONG",
  };
  const health = createHealth({ checks: { cache: redis({ client }) }, logger: false });
  const report = health.report("deep");
  await new Promise(setImmediate);
  await health.close();
  open(node);
  await report;
  await new Promise(setImmediate);
  expect(node.sendCommand).toBe(sendCommand);
  expect(node.eventNames()).toEqual([]);
});
