import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { openServer } from "../../src/server/internal/probe-server.ts";
import { LIMITS } from "../../src/server/internal/server-limits.ts";
import { ask } from "../_support/ask.ts";
import {
  type Attacked,
  HEALTHY,
  healthUnderAttack,
  sendRaw,
  startUnderAttack,
} from "../_support/hostile.ts";
import { openIdle } from "../_support/idle-clients.ts";
import { repliesOf } from "../_support/replies.ts";
import { openWire } from "../_support/socket.ts";
import { until } from "../servers/_until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const PROBE = "GET /health/deep HTTP/1.1\r\nHost: a\r\n\r\n";

async function start(way: string): Promise<Attacked> {
  const server = await startUnderAttack(way);
  ends.push(() => server.close());
  return server;
}

async function idle(base: string, count: number) {
  const clients = await openIdle(base, count);
  ends.push(() => clients.stop());
  return clients;
}

async function wire(base: string) {
  const opened = await openWire(base);
  ends.push(() => opened.destroy());
  return opened;
}

const isHealthy = async (base: string) =>
  expect(await ask(base, "GET", "/health/deep")).toMatchObject({ status: 200, body: HEALTHY });

describe("ten thousand connections that send nothing", () => {
  test.each(["listen", "listen, with a thread"])(
    "to %s are ended but for the newest, and probes are answered",
    async (way) => {
      const { base } = await start(way);
      const probing = Promise.all(Array.from({ length: 20 }, () => isHealthy(base)));
      const clients = await idle(base, 10_000);
      await probing;
      await until("no more than permitted are open", async () => {
        await isHealthy(base);
        return (await clients.open()) <= LIMITS.connections;
      });
      await isHealthy(base);
    },
  );

  test("to a server that hale is attached to are the application's, and probes are answered", async () => {
    const { base } = await start("attach to node:http");
    const clients = await idle(base, 10_000);
    await isHealthy(base);
    expect(await clients.open()).toBeGreaterThan(9000);
  });
});

/** The server of `listen`, with little patience. */
async function impatient(limits: Partial<typeof LIMITS>): Promise<string> {
  const health = healthUnderAttack();
  const place = { port: 0, host: "127.0.0.1" };
  const { port, close } = await openServer((request) => health.handle(request), place, {
    ...LIMITS,
    connectionsCheckingInterval: 20,
    ...limits,
  });
  ends.push(() => health.close(), close);
  const base = `http://127.0.0.1:${port}`;
  await until(
    "all checks are up",
    async () => (await ask(base, "GET", "/health/deep")).status === 200,
  );
  return base;
}

describe("the server of listen ends", () => {
  test("a connection that never sends a byte", async () => {
    const base = await impatient({ headersTimeout: 50, requestTimeout: 100 });
    const { ended } = await wire(base);
    expect(await ended).toMatch(/^(HTTP\/1\.1 408 |$)/);
    await isHealthy(base);
  });

  test("a head that does not come to its end, though bytes of it come", async () => {
    const base = await impatient({ headersTimeout: 50, requestTimeout: 100 });
    const { send, ended } = await wire(base);
    send("GET /health HTTP/1.1\r\n");
    const drip = setInterval(() => send("A: b\r\n"), 5);
    ends.push(() => clearInterval(drip));
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    await isHealthy(base);
  });

  test("a body that does not come to its end, though its request was answered before", async () => {
    const base = await impatient({ headersTimeout: 50, requestTimeout: 100 });
    const { send, received, ended } = await wire(base);
    send("GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    await received('{"status":"ok"}');
    const drip = setInterval(() => send("a"), 5);
    ends.push(() => clearInterval(drip));
    await ended;
    await isHealthy(base);
  });

  test("a connection that is kept alive for nothing", async () => {
    const base = await impatient({ keepAliveTimeout: 20 });
    const { send, ended } = await wire(base);
    send(PROBE);
    expect(repliesOf(await ended)).toMatchObject([{ status: 200, body: HEALTHY }]);
    await isHealthy(base);
  });

  test("what was used longest ago, where more connect than it has room for", async () => {
    const base = await impatient({ connections: 3 });
    const [used, unused] = [await wire(base), await wire(base)];
    used.send(PROBE);
    await used.received(HEALTHY);
    const [third, fourth] = [await wire(base), await wire(base)];
    expect(await unused.ended).toBe("");
    for (const { send, received } of [used, third, fourth]) {
      send("GET /livez/none HTTP/1.1\r\nHost: a\r\n\r\n");
      await received("HALE_UNKNOWN_CHECK");
    }
  });
});

test("the defaults are longer than any prober takes, and shorter than Node's", () => {
  expect(LIMITS).toEqual({
    headersTimeout: 5000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: 75_000,
    maxHeaderSize: 16_384,
    maxHeadersCount: 100,
    connections: 512,
    requestsPerConnection: 16,
    requests: 1024,
    unreadTimeout: 10_000,
  });
});

describe.each(["listen", "listen, with a thread", "attach to node:http"])("%s", (way) => {
  test("answers who sends a byte at a time", async () => {
    const { base } = await start(way);
    const { send, received } = await wire(base);
    for (const byte of PROBE) {
      send(byte);
      await new Promise(setImmediate);
    }
    await received(HEALTHY);
  });

  test("is not harmed by who goes away in the middle of a request, or before its answer", async () => {
    const { base } = await start(way);
    for (let length = 1; length <= PROBE.length; length++) {
      const gone = await openWire(base);
      gone.send(PROBE.slice(0, length));
      gone.destroy();
    }
    await isHealthy(base);
  });
});

test("a server that hale is attached to answers who asks again and again, and reads nothing until later", async () => {
  const { base } = await start("attach to node:http");
  const slow = await wire(base);
  slow.pause();
  for (let round = 0; round < 40; round++) slow.send(PROBE.repeat(100));
  await isHealthy(base);
  slow.resume();
  slow.send(PROBE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
  const replies = repliesOf(await slow.ended);
  expect(replies).toHaveLength(4001);
  expect(new Set(replies.map(({ status, body }) => `${status} ${body}`))).toEqual(
    new Set([`200 ${HEALTHY}`]),
  );
});

test("a head of 64 KiB, where the application permits it, is read as any other", async () => {
  const health = healthUnderAttack();
  const server = createServer({ maxHeaderSize: 256 * 1024 }, (_, response) => response.end("app"));
  attach(server, health);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => health.close(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  await until(
    "all checks are up",
    async () => (await ask(base, "GET", "/health/deep")).body === HEALTHY,
  );
  const long = (part: string) => part.repeat(65_536 / part.length);
  const get = async (target: string, field = "A: b") => {
    const head = `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${field}\r\n\r\n`;
    const [reply] = repliesOf(await sendRaw(base, head));
    return `${reply?.status} ${reply?.body.slice(0, 30)}`;
  };
  const ok = '200 {"status":"ok"}';
  expect(await get(`/health/deep/${long("a")}`)).toMatch(/^404 \{"error"/);
  expect(await get(`/${long("health/")}`)).toBe("200 app");
  expect(await get(`/livez?${long("exclude=a&")}`)).toBe(ok);
  expect(await get(`/livez?${long("%")}`)).toBe(ok);
  expect(await get(`/livez?${long("=&")}`)).toBe(ok);
  expect(await get(`/livez?format=${long("a")}`)).toMatch(/^400 \{"error"/);
  expect(await get("/livez", `Accept: ${long("text/html,")}`)).toBe(ok);
  expect(await get("/livez", `Authorization: Bearer ${long("a")}`)).toBe(ok);
  expect(await get("/livez", `Authorization: ${long("Bearer ")}`)).toBe(ok);
  await isHealthy(base);
});
