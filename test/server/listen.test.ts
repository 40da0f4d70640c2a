import { afterEach, expect, test } from "vitest";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { type ListenOptions, listen } from "../../src/server/listen.ts";
import { fakeHealth } from "../../src/testing/fake-health.ts";
import { ask, askRaw } from "../_support/ask.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: HealthOptions = {}, listening: Partial<ListenOptions> = {}) {
  const health = createHealth({ logger: false, ...options });
  const server = await listen(health, { port: 0, host: "127.0.0.1", ...listening });
  open.push(() => health.close(), server.close);
  return { health, server };
}

test("it listens on a free port and says where", async () => {
  const { server } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/`);
  expect(await ask(server.url, "GET", "/health")).toMatchObject({ status: 200 });
});

test("its root is readiness, also over HTTP/1.0 with OPTIONS, and with a query", async () => {
  const { health, server } = await start();
  expect(await ask(server.url, "GET", "/?a=1")).toMatchObject({ status: 200 });
  health.drain();
  expect(await ask(server.url, "GET", "/")).toMatchObject({
    status: 503,
    body: '{"status":"failed"}',
  });
  const reply = await askRaw(server.url, "OPTIONS / HTTP/1.0\r\n\r\n");
  expect(reply.join("")).toMatch(/^HTTP\/1\.1 503 /);
});

test("its root is readiness even when the readiness paths are switched off", async () => {
  const { server } = await start({ http: { paths: { readiness: false } } });
  expect((await ask(server.url, "GET", "/")).status).toBe(200);
  expect((await ask(server.url, "GET", "/readyz")).status).toBe(404);
});

test("its root is what the service says, when that is a path of the service's", async () => {
  const { server } = await start({
    http: { paths: { liveness: "/", readiness: "/ready" } },
    startup: { manual: true },
  });
  expect((await ask(server.url, "GET", "/")).status).toBe(200);
  expect((await ask(server.url, "GET", "/ready")).status).toBe(503);
});

test("its root is readiness in absolute form too", async () => {
  const { server } = await start();
  for (const target of ["http://service/", "http://service", "http://service/?a=1"]) {
    const replies = await askRaw(
      server.url,
      `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect.soft(replies.join(""), target).toMatch(/^HTTP\/1\.1 200 /);
  }
});

test("anything else is 404", async () => {
  const { server } = await start();
  expect(await ask(server.url, "GET", "/other")).toMatchObject({ status: 404, body: "" });
});

test("a port that is taken is an error that says so", async () => {
  const { health, server } = await start();
  await expect(listen(health, { port: server.port, host: "127.0.0.1" })).rejects.toMatchObject({
    code: "HALE_LISTEN_FAILED",
    message: expect.stringContaining(String(server.port)),
    cause: expect.objectContaining({ code: "EADDRINUSE" }),
  });
});

test.each(["203.0.113.1", "no-such-host.invalid"])(
  "an address that this machine does not have, %s, is an error that says to correct the host",
  async (host) => {
    const health = createHealth({ logger: false });
    await expect(listen(health, { port: 0, host })).rejects.toMatchObject({
      code: "HALE_LISTEN_FAILED",
      message: expect.stringMatching(
        /\. Set host to an address of this machine, or leave it out for every address\.$/,
      ),
    });
  },
);

test("an expectation that Node does not know is ignored", async () => {
  const { server } = await start();
  const head = "HTTP/1.1\r\nHost: a\r\nExpect: more\r\nConnection: close\r\n\r\n";
  const replies = await Promise.all(
    ["/health", "/other"].map((path) => askRaw(server.url, `GET ${path} ${head}`)),
  );
  expect(replies.map((parts) => parts.join("").slice(0, 12))).toEqual([
    "HTTP/1.1 200",
    "HTTP/1.1 404",
  ]);
});

test.each<[string, unknown]>([
  ["HALE_BAD_OPTION", {}],
  ["HALE_BAD_OPTION", { port: -1 }],
  ["HALE_BAD_OPTION", { port: "80" }],
  ["HALE_BAD_OPTION", { port: 0, host: "" }],
  ["HALE_UNKNOWN_OPTION", { prot: 0 }],
])("%s is the error for %j", async (code, options) => {
  const health = createHealth({ logger: false });
  await expect(listen(health, options as ListenOptions)).rejects.toMatchObject({ code });
});

test("closing ends a connection that is kept alive", async () => {
  const { server } = await start();
  const socket = askRaw(server.url, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  await ask(server.url, "GET", "/health");
  await server.close();
  expect((await socket).join("")).toContain('{"status":"ok"}');
});

const degraded = { database: async () => ({ status: "degraded", reason: "slow" }) };

test("what it says of its answers holds for it alone", async () => {
  const { health, server } = await start(
    { checks: degraded, http: { expose: "status" } },
    { expose: "details", degradedStatus: 429, drainStatus: 404, envoy: true },
  );
  const other = await listen(health, { port: 0, host: "127.0.0.1" });
  open.push(other.close);
  await health.whenReady();
  const deep = await ask(server.url, "GET", "/health/deep");
  expect(deep).toMatchObject({ status: 429, headers: { "x-envoy-degraded": "true" } });
  expect(JSON.parse(deep.body).checks.database.reason).toBe("slow");
  expect(await ask(other.url, "GET", "/health/deep")).toMatchObject({
    status: 200,
    body: '{"status":"degraded"}',
  });
  health.drain();
  expect(await ask(server.url, "GET", "/")).toMatchObject({
    status: 404,
    headers: { "x-envoy-immediate-health-check-fail": "true" },
  });
  expect((await ask(other.url, "GET", "/")).status).toBe(503);
  expect((await ask(server.url, "GET", "/livez")).status).toBe(200);
});

test("what is not said of its answers is as the health says, undefined too", async () => {
  const { health, server } = await start(
    { checks: degraded, http: { degradedStatus: 429, expose: "status" } },
    { drainStatus: 404, degradedStatus: undefined, expose: undefined },
  );
  await health.whenReady();
  expect(await ask(server.url, "GET", "/health/deep")).toMatchObject({
    status: 429,
    body: '{"status":"degraded"}',
  });
});

test("its format is its own; with a thread it must be a name, wherever a function was given", async () => {
  const format = () => ({ body: "ok" });
  const { server } = await start({}, { format });
  expect((await ask(server.url, "GET", "/livez")).body).toBe("ok");

  const health = createHealth({ logger: false, startup: { manual: true }, http: { format } });
  open.push(() => health.close());
  const listening = { port: 0, host: "127.0.0.1", thread: true } as const;
  for (const options of [listening, { ...listening, format: { readiness: format } }]) {
    await expect(listen(health, options)).rejects.toMatchObject({
      code: "HALE_BAD_OPTION",
      message: expect.stringContaining("format is a function"),
    });
  }
  const thread = await listen(health, { ...listening, format: "terminus" });
  open.push(thread.close);
  expect((await ask(thread.url, "GET", "/livez")).body).toContain('"details":{}');
});

test("the health of a test, whose clock stands still, is refused for the thread", async () => {
  const options: ListenOptions = { port: 0, host: "127.0.0.1", thread: true };
  await expect(listen(fakeHealth(), options)).rejects.toMatchObject({
    code: "HALE_BAD_OPTION",
    message: expect.stringContaining("the health of fakeHealth(), whose clock the test moves"),
  });
  const { close } = await listen(fakeHealth(), { ...options, thread: false });
  await close();
});
