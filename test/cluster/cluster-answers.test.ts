import { EventEmitter } from "node:events";
import { afterEach, expect, test } from "vitest";
import { composeCluster } from "../../src/cluster/cluster-health.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/server/listen.ts";
import { ask } from "../_support/ask.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

test("the health of a cluster is answered as its primary says, or its listener", async () => {
  const own = createHealth({
    logger: false,
    http: { drainStatus: 404, expose: { deep: "status" } },
  });
  const settings = {
    rule: "all",
    workers: 1,
    reportTimeout: { readiness: 5000, liveness: 30_000 },
  } as const;
  const health = composeCluster(own, settings, new EventEmitter());
  open.push(() => health.close());
  const host = "127.0.0.1";
  const plain = await listen(health, { port: 0, host });
  const other = await listen(health, { port: 0, host, drainStatus: 503, expose: "details" });
  open.push(plain.close, other.close);
  health.drain();
  const deep = { status: 503, body: '{"status":"unhealthy"}' };
  expect((await ask(plain.url, "GET", "/readyz")).status).toBe(404);
  expect(await ask(plain.url, "GET", "/health/deep")).toMatchObject(deep);
  expect((await ask(other.url, "GET", "/readyz")).status).toBe(503);
  const { body } = await ask(other.url, "GET", "/health/deep");
  expect(JSON.parse(body).checks["worker-1"]).toMatchObject({ status: "failed" });
});
