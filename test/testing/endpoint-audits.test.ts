import { createServer, type RequestListener } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { ENDPOINT_RULES } from "../../src/testing/endpoint-rules.ts";
import { auditEndpoint, audits } from "../../src/testing/index.ts";
import { serve } from "../_support/serve.ts";
import { closedPort } from "../_support/tcp.ts";

async function started(listener: RequestListener): Promise<string> {
  const { base, close } = await serve(createServer(listener));
  onTestFinished(close);
  return base;
}

const failedOf = async (options: Parameters<typeof audits>[0]) =>
  (await auditEndpoint(options)).filter(({ status }) => status === "failed").map(({ id }) => id);

test("hale passes every audit, in every state", async () => {
  let state = "up";
  const health = createHealth({
    logger: false,
    checks: {
      async database() {
        if (state === "down") throw new Error("connect ECONNREFUSED db.internal:5432");
        if (state === "hanging") await new Promise(() => {});
      },
    },
    defaults: { maxAge: 0, timeout: 100 },
  });
  const server = createServer();
  server.keepAliveTimeout = 65_000;
  attach(server, health);
  const { base, close } = await serve(server);
  onTestFinished(close);
  await health.whenReady();
  const enter = (next: string) => () => {
    state = next;
  };
  const reported: string[] = [];
  const results = await auditEndpoint({
    url: `${base}/health/ready`,
    liveness: `${base}/health/live`,
    onResult: ({ id }) => reported.push(id),
    secrets: ["db.internal", "5432"],
    states: {
      up: enter("up"),
      down: enter("down"),
      hanging: enter("hanging"),
      draining: () => health.drain(),
    },
  });
  expect(results.filter(({ status }) => status === "failed")).toEqual([]);
  expect(results.map(({ id }) => id)).toEqual(ENDPOINT_RULES.map(({ id }) => id));
  expect(reported).toEqual(results.map(({ id }) => id));
  const skipped = results.filter(({ status }) => status === "skipped").map(({ id }) => id);
  expect(skipped).toEqual(["endpoint-alpn", "endpoint-addresses"]);
});

test("no message of an audit holds a credential that the endpoint sends", async () => {
  let count = 0;
  const base = await started(({ method }, response) => {
    const secret = "postgres://shop:hunter2@db.internal/shop";
    response.statusCode = count++ % 2 === 0 ? 200 : 503;
    response.setHeader("location", "http://other.test/?token=hunter2");
    response.setHeader("allow", "password=hunter2");
    response.setHeader("x-content-type-options", `${"x ".repeat(200)}password=hunter2`);
    response.end(method === "HEAD" ? "" : JSON.stringify({ count, db: secret, path: "hunter2?" }));
  });
  const results = await auditEndpoint({ url: `${base}/health?token=hunter2` });
  const messages = results.map(({ message = "", observed = "" }) => `${message} ${observed}`);
  expect(messages.filter((text) => text.includes("hunter2"))).toEqual([]);
  const stable = results.find(({ id }) => id === "endpoint-stable");
  expect(stable?.message).toContain("postgres://***@db.internal/shop");
});

test("no message of an audit holds the credential of a path that the endpoint repeats, whole or cut", async () => {
  const token = "a1b2c3d4".repeat(12);
  const base = await started(({ url = "", method }, response) => {
    const [path = ""] = url.split("?");
    const said = `${"x".repeat(190)} password=${decodeURIComponent(path).split("/").at(-1)} of ${path}`;
    if (method === "OPTIONS") return void response.destroy();
    response.statusCode = method === "GET" && path.endsWith(token) ? 200 : 404;
    response.setHeader("x-cache", `hit of ${path}`);
    response.setHeader("cache-control", path);
    response.end(method === "HEAD" ? "" : `${performance.now()} ${url} ${said}`);
  });
  const results = await auditEndpoint({
    url: `${base}/webhook/${token}`,
    liveness: `${base}/webhook/live-${token}`,
  });
  const messages = results.map(({ message = "", observed = "" }) => `${message} ${observed}`);
  expect(messages.filter((text) => text.includes("a1b2"))).toEqual([]);
  expect(messages.join(" ")).toContain("The status of /webhook/***/ is 404");
});

test("an endpoint that is a redirect is told so, and why that matters", async () => {
  const base = await started((_, response) => response.writeHead(302, { location: "/" }).end());
  const [first] = await auditEndpoint({ url: `${base}/health` });
  expect(first).toEqual({
    id: "endpoint-up",
    level: "MUST",
    name: "MUST answer 200 while all is well",
    why: "Load balancers differ in the other statuses that they count as success.",
    source: "Kubernetes, HTTP probes; AWS and GCP, health checks",
    status: "failed",
    message:
      "The status of /health is 302, but should be 200. Load balancers differ in the other statuses that they count as success.",
  });
});

test("an endpoint that knows one path, any method, and tells its reasons fails what it should", async () => {
  let up = true;
  const base = await started(({ url }, response) => {
    response.statusCode = url === "/health" ? (up ? 200 : 500) : 404;
    response.write("x".repeat(11_000));
    response.end(`db.internal at ${performance.now()}`);
  });
  const failed = await failedOf({
    url: `${base}/health`,
    secrets: ["db.internal"],
    states: {
      down: () => {
        up = false;
      },
    },
  });
  expect(failed).toEqual([
    "endpoint-post",
    "endpoint-variants",
    "endpoint-absolute",
    "endpoint-nosniff",
    "endpoint-length",
    "endpoint-size",
    "endpoint-stable",
    "endpoint-no-store",
    "endpoint-keep-alive",
    "endpoint-down",
  ]);
});

test("an audit of an endpoint that is not there fails, and does not reject", async () => {
  const results = await auditEndpoint({ url: `http://127.0.0.1:${await closedPort()}/health` });
  const others = results.filter(({ status }) => status !== "failed").map(({ id }) => id);
  expect(others).toEqual(["endpoint-alpn", "endpoint-addresses"]);
  expect(results[0]?.message).toMatch(
    /^"GET \/health HTTP\/1\.1" received no response: .*ECONNREFUSED/,
  );
});

test("an answer that does not come is given up after the time that was given", async () => {
  const base = await started(() => {});
  const [first] = audits({ url: `${base}/health`, within: 100 });
  expect((await first?.run())?.message).toContain("none was complete within 100 ms");
});

test("a body that never ends has failed, by its length or by the time that was given", async () => {
  const base = await started((_, response) => {
    response.writeHead(200, { "cache-control": "no-store" });
    const more = () => {
      while (response.writable && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const [fast] = audits({ url: `${base}/health` });
  expect((await fast?.run())?.message).toContain("it was longer than 1048576 bytes");
  const slow = await started((_, response) => {
    response.writeHead(200).write("x");
  });
  const [stalled] = audits({ url: `${slow}/health`, within: 200 });
  expect((await stalled?.run())?.message).toContain("none was complete within 200 ms");
});

test("a state that is not entered in time has failed, and is named", async () => {
  const base = await started((_, response) => response.end());
  const [first] = audits({
    url: `${base}/health`,
    states: { up: () => new Promise(() => {}) },
    within: 100,
  });
  expect(await first?.run()).toMatchObject({
    status: "failed",
    message: expect.stringContaining(
      'The function of the state "up" did not resolve within 100 ms.',
    ),
  });
});

test("a head that comes before its body is told, whatever the length says", async () => {
  const base = await started((_, response) => {
    response.writeHead(200, { "content-length": "15" }).flushHeaders();
    // By then the head has been read, which is on its way since the first turn.
    let turns = 0;
    const later = () => (++turns < 20 ? setImmediate(later) : response.end('{"status":"ok"}'));
    later();
  });
  const length = audits({ url: `${base}/health` }).find(({ id }) => id === "endpoint-length");
  expect(await length?.run()).toMatchObject({
    status: "failed",
    message: expect.stringContaining("The body did not come with the head."),
  });
});

test.each<[string, object]>([
  ["HALE_BAD_OPTION", {}],
  ["HALE_BAD_OPTION", { url: "http://a", secrets: [""] }],
  ["HALE_BAD_OPTION", { url: "/health" }],
  ["HALE_BAD_OPTION", { url: "http://a", states: { gone: () => {} } }],
  ["HALE_BAD_OPTION", { url: "http://a", states: { up: true } }],
  ["HALE_BAD_OPTION", { url: "http://a", secrets: "x" }],
  ["HALE_BAD_OPTION", { url: "http://a", within: 99 }],
  ["HALE_BAD_OPTION", { url: "http://a", liveness: "/livez" }],
  ["HALE_BAD_OPTION", { url: "http://a", timeout: 1 }],
  ["HALE_BAD_OPTION", { url: "http://a", idleTimeout: 60 }],
  ["HALE_BAD_OPTION", { url: "http://a", only: ["endpoint-nothing"] }],
  ["HALE_BAD_OPTION", { url: "http://a", onResult: true }],
  ["HALE_UNKNOWN_OPTION", { url: "http://a", timeuot: 100 }],
])("%s is the error for %j", (code, options) => {
  expect(() => audits(options as never)).toThrow(expect.objectContaining({ code }));
});
