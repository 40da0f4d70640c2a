import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { createHealth } from "../../src/health.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";

const TOKEN = "0123456789abcdef";

/** A service whose database is down, as a real server answers for it. */
async function start() {
  const health = createHealth({
    checks: {
      database: async () => {
        throw new Error("connect ECONNREFUSED 10.0.0.7:5432");
      },
      cache: async () => "PONG",
    },
    logger: false,
    http: { tokens: [TOKEN] },
  });
  const server = createServer((_, response) => response.end("the application"));
  attach(server, health);
  const { base, close } = await serve(server);
  onTestFinished(async () => {
    await health.close();
    await close();
  });
  return (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") =>
    ask(base, method, path, { headers });
}

test("a real server answers every format by its name, with its type, and without a reason", async () => {
  const get = await start();
  for (const { name, mediaType, always200 } of FORMATS) {
    const path = `/health/deep?format=${name}`;
    const { status, headers, body } = await get(path);
    expect.soft(status, name).toBe(always200 ? 200 : 503);
    expect.soft(headers, name).toMatchObject({
      "content-type": mediaType,
      "content-length": String(Buffer.byteLength(body)),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      vary: "Accept",
    });
    expect.soft(body, name).toContain("database");
    expect.soft(body, name).not.toContain("ECONNREFUSED");
    const head = await get(path, {}, "HEAD");
    expect.soft([head.status, head.body], name).toEqual([status, ""]);
    expect.soft(head.headers["content-length"], name).toBe(headers["content-length"]);
  }
});

test("a real server gives a token the reasons in every format that has any", async () => {
  const get = await start();
  for (const { name, always200 } of FORMATS) {
    const { body } = await get(`/health/deep?format=${name}`, { authorization: `Bearer ${TOKEN}` });
    expect.soft(body.includes("ECONNREFUSED"), name).toBe(always200 !== true);
  }
});

test("a real server gives the kubelet the default, a browser a page, and each after the other", async () => {
  const get = await start();
  const json = '{"status":"failed"}';
  for (const _ of [1, 2]) {
    expect(
      (await get("/health/ready", { accept: "*/*", "user-agent": "kube-probe/1.31" })).body,
    ).toBe(json);
    const page = await get("/health/ready", { accept: "text/html,*/*;q=0.8" });
    expect([page.status, page.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
    expect((await get("/health/ready")).body).toBe(json);
    expect((await get("/health/ready", { accept: "image/png" })).body).toBe(json);
  }
});

test("a real server excludes as the Kubernetes API server does", async () => {
  const get = await start();
  expect(await get("/readyz?verbose&exclude=database&exclude=nothing")).toMatchObject({
    status: 200,
    body: '[+]cache ok\n[+]database excluded: ok\nwarn: some health checks cannot be excluded: no matches for "nothing"\nreadyz check passed\n',
  });
  expect((await get("/readyz?exclude=database", { accept: "text/plain" })).body).toBe("ok");
});
