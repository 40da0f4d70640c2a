import { type LookupOptions, lookup as lookUp } from "node:dns";
import { EventEmitter, once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Redis } from "ioredis";
import { Redis as Valkey } from "iovalkey";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisClient, redis } from "../../src/checks/redis.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { forward } from "../_support/forward.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { startTcp } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { redis as redisServer } from "../servers/redis.ts";
import { load } from "./clients/_relatives.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await redisServer.start();
});
afterAll(() => server.stop());

const LIKE_IOREDIS = [
  ["ioredis", (url: string) => kept(new Redis(url))],
  ["iovalkey", (url: string) => kept(new Valkey(url) as unknown as Redis)],
] as const;

function kept(client: Redis): Redis {
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

type NodeRedis = ReturnType<typeof createClient>;

async function openRedis(
  options: { from?: string; url?: string; RESP?: 2 | 3 } = {},
): Promise<NodeRedis> {
  const { from = "redis", ...rest } = options;
  const client: NodeRedis = load(from).createClient({ url: server.url, ...rest });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => void (client.destroy ?? client.disconnect).call(client));
  return client;
}

/** How often the server was asked for a command by all of its clients, with the calls that it refused. */
async function callsOf(command: string, url = server.url): Promise<number> {
  const other = await openRedis({ url });
  const stats = await other.info("commandstats");
  const [, calls = 0, rejected = 0] =
    new RegExp(`cmdstat_${command}:calls=(\\d+).*rejected_calls=(\\d+)`).exec(stats) ?? [];
  return Number(calls) + Number(rejected);
}

const BUSY = (command: string) => ({
  status: "degraded",
  reason: `The service's connection is busy with ${command}, so it was not asked. Give the check another client of that server.`,
  code: "HALE_CONNECTION_BUSY",
  writtenOff: false,
});

test("a connection of redis 4 that waits in BLPOP is down at the timeout, with one PING behind it, and up once it has ended", async () => {
  const client = await openRedis({ from: "redis4" });
  const other = await openRedis();
  const check = redis({ client });
  expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  const before = await callsOf("ping");
  const popped = client.blPop("orders4", 0);
  for (let run = 0; run < 3; run++) {
    expect(await runCheck(check, 100)).toMatchObject({
      status: "down",
      reason: "No answer within 100 ms.",
    });
  }
  await other.rPush("orders4", "an order");
  expect(await popped).toEqual({ key: "orders4", element: "an order" });
  expect(await runCheck(check, 20_000)).toMatchObject({ status: "up" });
  expect((await callsOf("ping")) - before).toBeLessThanOrEqual(2);
});

describe.each(["redis", "redis5", "redis4"])("a connection of %s", (from) => {
  test("in a transaction that began before the check is left alone, and up after it", async () => {
    const client = await openRedis({ from });
    await client.sendCommand(["MULTI"]);
    await client.sendCommand(["SET", `a ${from}`, "1"]);
    const check = redis({ client });
    // It is known that some client is in one: another connection to the server is asked.
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.sendCommand(["GET", `a ${from}`]);
    expect(await client.sendCommand(["EXEC"])).toEqual(["OK", "1"]);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("is never written into a transaction that begins later, whoever asks at the same time", async () => {
    const client = await openRedis({ from });
    const { probe } = await startService({
      deadline: 20_000,
      checks: { cache: redis({ client, timeout: 19_000 }) },
    });
    expect((await probe("/health/ready")).status).toBe(200);
    for (let round = 0; round < 5; round++) {
      const probes = [probe("/health/deep"), probe("/health/ready")];
      await client.sendCommand(["MULTI"]);
      await client.sendCommand(["SET", `b ${from}`, String(round)]);
      probes.push(probe("/health/deep"));
      await client.sendCommand(["GET", `b ${from}`]);
      expect(await client.sendCommand(["EXEC"])).toEqual(["OK", String(round)]);
      for (const { status } of await Promise.all(probes)) expect(status).toBe(200);
    }
    expect(await client.multi().set(`c ${from}`, 1).get(`c ${from}`).exec()).toEqual(["OK", "1"]);
    expect((await probe("/health/ready")).status).toBe(200);
  });

  test("that turns out to be in a transaction is asked once, and degraded until it ends", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const client = await openRedis({ from, url: own.url });
    await client.sendCommand(["MULTI"]);
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const before = await callsOf("ping", own.url);
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, run === 0 ? 5000 : 50)).toMatchObject(BUSY("MULTI"));
    }
    expect(await client.sendCommand(["EXEC"])).toEqual(["PONG"]);
    expect(await callsOf("ping", own.url)).toBe(before + 1);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("leaves no other connection behind where the run ends while that one connects", async () => {
    const client = await openRedis({ from });
    const proxy = new EventEmitter();
    const closed = once(proxy, "close");
    const port = await startTcp((socket) => {
      forward(socket, server.port);
      socket.once("close", () => proxy.emit("close"));
    });
    const isOver = once(proxy, "over");
    const lookup = (...parameters: [string, LookupOptions, never]) =>
      void isOver.then(() => lookUp(...parameters));
    const duplicate = client.duplicate.bind(client);
    client.duplicate = ((override: { socket: object }) => {
      const socket = { ...override.socket, host: "localhost", port, family: 4, lookup };
      return duplicate({ url: undefined, socket } as object);
    }) as typeof client.duplicate;
    const check = redis({ client });
    expect(await runCheck(check, 100)).toMatchObject({ status: "down" });
    check.close?.();
    proxy.emit("over");
    await closed;
  });

  test("in a transaction says so, until its connection is lost", async () => {
    const client = await openRedis({ from });
    const other = await openRedis();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const id = await client.sendCommand(["CLIENT", "ID"]);
    await client.sendCommand(["MULTI"]);
    for (let run = 0; run < 2; run++) {
      expect(await runCheck(check, 50)).toMatchObject(BUSY("MULTI"));
    }
    await other.sendCommand(["CLIENT", "KILL", "ID", String(id)]);
    await expect.poll(async () => (await runCheck(check, 500)).status).toBe("up");
    check.close?.();
  });

  test("is asked itself once it is known to be in none, and leaves no other connection behind", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const client = await openRedis({ from, url: own.url });
    const clients = async () =>
      String(await client.sendCommand(["CLIENT", "LIST"]))
        .trim()
        .split("\n").length;
    const { sendCommand } = client;
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await expect.poll(clients).toBe(1);
    check.close?.();
    expect(client.sendCommand).toBe(sendCommand);
    expect(client.listenerCount("reconnecting")).toBe(0);
  });

  test("is asked itself where a server that is full refuses a connection that could look for a transaction", async () => {
    const own = await redisServer.start({ settings: { maxclients: "1" } });
    onTestFinished(() => own.stop());
    const client = await openRedis({ from, url: own.url });
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("is looked for in the list of clients once, whatever other clients do", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const client = await openRedis({ from, url: own.url });
    await (await openRedis({ url: own.url })).sendCommand(["MULTI"]);
    const connections = async () =>
      Number(/total_connections_received:(\d+)/.exec(await client.info("stats"))?.[1]);
    const before = [await connections(), await callsOf("client\\|list", own.url)];
    const check = redis({ client });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    }
    // One more each, and that of the test.
    expect(await connections()).toBe(Number(before[0]) + 2);
    expect(await callsOf("client\\|list", own.url)).toBe(Number(before[1]) + 1);
    check.close?.();
  });

  test("whose MULTI was refused is in no transaction, and one whose second was refused is", async () => {
    const options = { url: server.url, disableOfflineQueue: true };
    const client: NodeRedis = load(from).createClient(options);
    client.on("error", () => {});
    onTestFinished(() => void (client.destroy ?? client.disconnect).call(client));
    const check = redis({ client });
    const connected = client.connect();
    await expect(client.sendCommand(["MULTI"])).rejects.toThrow("offline");
    await connected;
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.sendCommand(["MULTI"]);
    await expect(client.sendCommand(["MULTI"])).rejects.toThrow("nested");
    expect(await runCheck(check, 50)).toMatchObject(BUSY("MULTI"));
    check.close?.();
  });
});

describe.each(["redis", "redis5"])("a connection of %s", (from) => {
  test.each<[string, (client: NodeRedis) => Promise<unknown>]>([
    ["BLPOP", (client) => client.blPop("nothing", 0)],
    ["BLPOP", (client) => client.sendCommand(["BLPOP", "nothing", "0"])],
    ["XREAD", (client) => client.xRead({ key: "none", id: "$" }, { BLOCK: 0 })],
    ["WAIT", (client) => client.wait(3, 60_000)],
  ])("that is busy with %s is degraded, says so, and gets no question", async (command, block) => {
    const client = await openRedis({ from });
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const before = await callsOf("ping");
    block(client).catch(() => {});
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 50)).toMatchObject(BUSY(command));
    }
    expect(await callsOf("ping")).toBe(before);
  });

  test("whose blocking command ends within the run is asked after it", async () => {
    const client = await openRedis({ from });
    const other = await openRedis();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const popped = client.blPop(`work ${from}`, 0);
    const outcome = runCheck(check, 20_000);
    await other.rPush(`work ${from}`, "a job");
    expect(await popped).toMatchObject({ element: "a job" });
    expect(await outcome).toMatchObject({ status: "up" });
  });

  test("that is a monitor says so, and is up once it is reset", async () => {
    const client = await openRedis({ from });
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.monitor(() => {});
    expect(await runCheck(check, 50)).toMatchObject(BUSY("MONITOR"));
    await client.reset();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.sendCommand(["MULTI"]);
    expect(await runCheck(check, 50)).toMatchObject(BUSY("MULTI"));
    await client.reset();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });
});

test.each<[string, () => Promise<InTransaction>]>([
  [
    "redis",
    async () => {
      const client = await openRedis();
      return {
        client,
        begin: () => client.sendCommand(["MULTI"]),
        set: () => client.sendCommand(["SET", "g", "1"]),
        exec: () => client.sendCommand(["EXEC"]),
      };
    },
  ],
  [
    "ioredis",
    async () => {
      const client = kept(new Redis(server.url));
      await client.ping();
      return {
        client,
        begin: () => client.multi({ pipeline: false }),
        set: () => client.set("g", "1"),
        exec: () => client.exec(),
      };
    },
  ],
])(
  "a transaction of %s that begins in any microtask of a run has its own results alone",
  async (_, open) => {
    const { client, begin, set, exec } = await open();
    const check = redis({ client });
    await runCheck(check, 5000);
    const sizes = new Set<number>();
    for (let microtasks = 0; microtasks < 60; microtasks++) {
      const outcome = runCheck(check, 20_000);
      for (let passed = 0; passed < microtasks; passed++) await undefined;
      void begin();
      for (let passed = 0; passed < 4; passed++) await undefined;
      void set();
      sizes.add(((await exec()) as unknown[]).length);
      expect(await outcome).toMatchObject({ status: "up" });
    }
    expect([...sizes]).toEqual([1]);
    check.close?.();
  },
);

interface InTransaction {
  readonly client: RedisClient;
  begin(): Promise<unknown>;
  set(): Promise<unknown>;
  exec(): Promise<unknown>;
}

test("of a command that cannot keep the connection busy, no argument is read", () => {
  const sent: unknown[] = [];
  const client = Object.assign(new EventEmitter(), {
    isReady: false,
    ping: async () => "PONG",
    duplicate: () => {},
    sendCommand: async (command: unknown) => void sent.push(command),
  });
  const { sendCommand } = client;
  const check = redis({ client });
  expect(client.sendCommand).not.toBe(sendCommand);
  const command = Object.defineProperty(["MSET"], 1, {
    get: () => expect.fail("The argument was read."),
  });
  void client.sendCommand(command);
  expect(sent[0]).toBe(command);
  check.close?.();
});

test("what an option asks after the first replies is not written into a transaction that has begun since", async () => {
  const own = await redisServer.start({ settings: { "min-replicas-to-write": "1" } });
  onTestFinished(() => own.stop());
  const client = kept(new Redis(own.url));
  const { info } = client;
  let begun: Promise<unknown> | undefined;
  client.info = (async (...sections: string[]) => {
    const reply = await info.apply(client, sections as []);
    begun ??= client.multi({ pipeline: false });
    return reply;
  }) as typeof info;
  expect(await runCheck(redis({ client, writable: true }), 5000)).toMatchObject({
    status: "degraded",
    reason: "The server accepts no writes: 0 of its replicas keep up, fewer than required.",
  });
  await begun;
  await client.get("f");
  expect(await client.exec()).toEqual([[null, null]]);
});

describe.each(LIKE_IOREDIS)("a connection of %s", (_, open) => {
  test("that subscribes is up", async () => {
    const client = open(server.url);
    await client.subscribe("news");
    expect(await runCheck(redis({ client }))).toMatchObject({ status: "up" });
  });

  test.each<[string, (client: Redis) => Promise<unknown>]>([
    ["BLPOP", (client) => client.blpop("nothing", 0)],
    ["XREAD", (client) => client.xread("BLOCK", 0, "STREAMS", "none", "$")],
    ["WAIT", (client) => client.wait(3, 60_000)],
  ])("that is busy with %s is degraded, says so, and gets no question", async (command, block) => {
    const client = open(server.url);
    await client.ping();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    block(client).catch(() => {});
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 50)).toMatchObject(BUSY(command));
    }
    const { commandQueue } = client as unknown as { commandQueue: { length: number } };
    expect(commandQueue.length).toBe(1);
  });

  test("whose blocking command ends within the run is asked after it", async () => {
    const client = open(server.url);
    const other = open(server.url);
    await client.ping();
    const popped = client.blpop("work", 0);
    const outcome = runCheck(redis({ client }), 20_000);
    await other.rpush("work", "a job");
    expect(await popped).toEqual(["work", "a job"]);
    expect(await outcome).toMatchObject({ status: "up" });
  });

  test("in a transaction that began before the check is left alone, and up after it", async () => {
    const client = open(server.url);
    await client.multi({ pipeline: false });
    await client.set("a", 1);
    const check = redis({ client });
    for (let run = 0; run < 2; run++) {
      expect(await runCheck(check, 500)).toMatchObject({
        status: "degraded",
        reason: expect.stringContaining("busy with MULTI"),
      });
    }
    await client.get("a");
    expect(await client.exec()).toEqual([
      [null, "OK"],
      [null, "1"],
    ]);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
  });

  test("is never written into a transaction that begins later, whoever asks at the same time", async () => {
    const client = open(server.url);
    const { probe } = await startService({ checks: { cache: client } });
    expect((await probe("/health/ready")).status).toBe(200);
    for (let round = 0; round < 5; round++) {
      const probes = [probe("/health/deep"), probe("/health/ready")];
      await client.multi({ pipeline: false });
      await client.set("b", round);
      probes.push(probe("/health/deep"));
      await client.get("b");
      expect(await client.exec()).toEqual([
        [null, "OK"],
        [null, String(round)],
      ]);
      for (const { status } of await Promise.all(probes)) expect(status).toBe(200);
    }
    // One in a single batch is over as soon as it was written.
    expect(await client.multi().set("c", 1).get("c").exec()).toEqual([
      [null, "OK"],
      [null, "1"],
    ]);
    expect((await probe("/health/ready")).status).toBe(200);
  });

  test("of which it cannot be seen whether it is in a transaction is not asked: the server is, over another connection", async () => {
    const admin = open(server.url);
    await admin.acl("SETUSER", "blind", "on", ">horse", "~*", "&*", "+@all", "-client|list");
    onTestFinished(async () => void (await admin.acl("DELUSER", "blind")));
    const client = open(server.url.replace("redis://", "redis://blind:horse@"));
    await client.multi({ pipeline: false });
    await client.set("d", 1);
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const mine = async () => String(await admin.client("LIST")).match(/ user=blind /g)?.length ?? 0;
    await expect.poll(mine).toBe(1);
    await client.get("d");
    expect(await client.exec()).toEqual([
      [null, "OK"],
      [null, "1"],
    ]);
    // From then on it is asked itself, and the refused command is not sent again.
    const refused = await callsOf("client\\|list");
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    }
    expect(await callsOf("client\\|list")).toBe(refused);
    check.close?.();
  });

  test("behind a proxy that turns out to be in a transaction is asked once, and degraded until it ends", async () => {
    const port = await startTcp((socket) => forward(socket, server.port));
    const client = open(`redis://127.0.0.1:${port}`);
    await client.multi({ pipeline: false });
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, run === 0 ? 5000 : 50)).toMatchObject(BUSY("MULTI"));
    }
    expect(await client.exec()).toEqual([[null, "PONG"]]);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("whose transaction ends before the reply to a question in it is free", async () => {
    const port = await startTcp((socket) => forward(socket, server.port));
    const client = open(`redis://127.0.0.1:${port}`);
    await client.multi({ pipeline: false });
    const { ping } = client;
    let ended: Promise<unknown> | undefined;
    client.ping = (() => {
      const reply = Reflect.apply(ping, client, []);
      ended ??= client.exec();
      return reply;
    }) as typeof ping;
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    expect(await runCheck(check, 5000)).toMatchObject(BUSY("MULTI"));
    expect(await ended).toEqual([[null, "PONG"]]);
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("behind a proxy is asked itself where no client is in a transaction", async () => {
    const own = await redisServer.start();
    onTestFinished(() => own.stop());
    const port = await startTcp((socket) => forward(socket, own.port));
    const client = open(`redis://127.0.0.1:${port}`);
    await client.ping();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    const clients = async () =>
      String(await client.client("LIST"))
        .trim()
        .split("\n").length;
    await expect.poll(clients).toBe(1);
    check.close?.();
  });

  test("is asked itself where a server that is full refuses a connection that could look for a transaction", async () => {
    const own = await redisServer.start({ settings: { maxclients: "1" } });
    onTestFinished(() => own.stop());
    const client = open(own.url);
    await client.ping();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.multi().set("e", 1).exec();
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("behind a proxy that ends a connection at CLIENT LIST is asked itself, and one was opened besides", async () => {
    let connections = 0;
    const port = await startTcp((socket) => {
      connections++;
      socket.on("data", (data) => {
        if (/LIST/i.test(String(data))) socket.destroy();
      });
      forward(socket, server.port);
    });
    const client = open(`redis://127.0.0.1:${port}`);
    await client.ping();
    const check = redis({ client });
    for (let run = 0; run < 3; run++) {
      expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    }
    expect(connections).toBe(2);
    check.close?.();
  });

  test("whose server does not reply to CLIENT LIST is asked itself from the next run on", async () => {
    const port = await startTcp((socket) => {
      const other = connect(server.port, "127.0.0.1");
      socket.on("data", (data) => {
        if (!/LIST/i.test(String(data))) other.write(data);
      });
      socket.once("close", () => other.destroy());
      other.pipe(socket);
    });
    const client = open(`redis://127.0.0.1:${port}`);
    await client.ping();
    const check = redis({ client });
    expect(await runCheck(check, 200)).toMatchObject({ status: "down" });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    check.close?.();
  });

  test("whose MULTI was refused is in no transaction, and one whose second was refused is", async () => {
    const client = open(server.url);
    client.options.enableOfflineQueue = false;
    const check = redis({ client });
    const ready = once(client, "ready");
    await expect(client.multi({ pipeline: false })).rejects.toThrow("enableOfflineQueue");
    await ready;
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await client.multi({ pipeline: false });
    await expect(client.call("MULTI")).rejects.toThrow("nested");
    expect(await runCheck(check, 50)).toMatchObject(BUSY("MULTI"));
    check.close?.();
  });

  test("leaves no connection behind that looked for a transaction, nor a changed client once it is closed", async () => {
    const client = open(server.url);
    const { sendCommand } = client;
    await client.ping();
    const clients = async () =>
      String(await client.client("LIST"))
        .trim()
        .split("\n").length;
    const before = await clients();
    const check = redis({ client });
    expect(await runCheck(check, 5000)).toMatchObject({ status: "up" });
    await expect.poll(clients).toBe(before);
    check.close?.();
    expect(client.sendCommand).toBe(sendCommand);
    expect(client.listenerCount("ready")).toBe(0);
  });
});

test.each([2, 3] as const)(
  "a connection of redis that subscribes by RESP%i is up",
  async (RESP) => {
    const client = await openRedis({ RESP });
    await client.subscribe("news", () => {});
    expect(await runCheck(redis({ client }))).toMatchObject({ status: "up" });
  },
);

test.each([[["pong", ""]], ["pong"], [[Buffer.from("pong"), Buffer.from("")]]])(
  "%j is a PONG",
  async (reply) => {
    expect(await runCheck(redis({ client: { ping: async () => reply } }))).toMatchObject({
      status: "up",
    });
  },
);

/** A server whose certificate no client of the tests trusts. */
async function startUntrusted(): Promise<number> {
  const untrusted = createTlsServer(CERTIFICATE, (socket) => socket.on("error", () => {}));
  untrusted.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => untrusted.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void untrusted.close());
  return (untrusted.address() as AddressInfo).port;
}

test.each<[string, (url: string) => object]>([
  ["ioredis", (url) => kept(new Redis(url))],
  [
    "redis",
    (url) => {
      const client = createClient({ url });
      client.on("error", () => {});
      client.connect().catch(() => {});
      onTestFinished(() => client.destroy());
      return client;
    },
  ],
])("the reason of a connection of %s that is refused names the error of TLS", async (_, open) => {
  const client = open(`rediss://127.0.0.1:${await startUntrusted()}`);
  const check = redis({ client: client as Redis });
  await expect
    .poll(async () => (await runCheck(check, 500)).reason, { timeout: 20_000 })
    .toMatch(/^The client is not connected: its state is "reconnecting".*self-signed certificate/);
});
