import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import * as elysia from "../../src/adapters/elysia.ts";
import * as express from "../../src/adapters/express.ts";
import * as fastify from "../../src/adapters/fastify.ts";
import { healthHandler } from "../../src/adapters/fetch.ts";
import * as h3 from "../../src/adapters/h3.ts";
import * as hapi from "../../src/adapters/hapi.ts";
import * as hono from "../../src/adapters/hono.ts";
import * as koa from "../../src/adapters/koa.ts";
import * as next from "../../src/adapters/next.ts";
import { attach } from "../../src/adapters/node.ts";
import { clusterHealth } from "../../src/cluster/cluster-health.ts";
import { HaleError } from "../../src/contract/errors.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { grpcHealth } from "../../src/server/grpc/grpc-js.ts";
import { listenHaproxyAgent } from "../../src/server/haproxy-agent.ts";
import { listen } from "../../src/server/listen.ts";
import { gracefulShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const LOCAL = { port: 0, host: "127.0.0.1" };

/** Every function that answers for a health, or ends it; each returns what undoes it. */
const USERS: readonly [string, (health: Health) => unknown][] = [
  ["gracefulShutdown()", (health) => gracefulShutdown({ health }).dispose],
  ["listen()", async (health) => (await listen(health, LOCAL)).close],
  ["listenHaproxyAgent()", async (health) => (await listenHaproxyAgent(health, LOCAL)).close],
  ["attach()", (health) => attach(createServer(), health)],
  ["grpcHealth()", grpcHealth],
  ["healthHandler()", healthHandler],
  ["healthPlugin()", elysia.healthPlugin],
  ["healthPlugin()", fastify.healthPlugin],
  ["healthPlugin()", hapi.healthPlugin],
  ["healthMiddleware()", express.healthMiddleware],
  ["healthMiddleware()", h3.healthMiddleware],
  ["healthMiddleware()", hono.healthMiddleware],
  ["healthMiddleware()", koa.healthMiddleware],
  ["healthRouteHandlers()", next.healthRouteHandlers],
];

async function errorOf(call: () => unknown): Promise<HaleError> {
  try {
    await call();
  } catch (failure) {
    if (failure instanceof HaleError) return failure;
    throw failure;
  }
  throw new Error("It threw nothing.");
}

function healths() {
  const own = createHealth({ logger: false });
  return { own, whole: () => clusterHealth(own, { workers: 2 }) };
}

test.each(USERS)(
  "%s refuses the own health of a primary, and takes that of the cluster",
  async (name, use) => {
    const { own, whole } = healths();
    const health = whole();
    onTestFinished(() => health.close());
    const { code, message } = await errorOf(() => use(own));
    expect([code, message]).toEqual([
      "HALE_BAD_OPTION",
      `The option "health" of ${name} must be what clusterHealth() returned, but is the health that was given to clusterHealth(), which knows no worker.`,
    ]);
    const undo = await use(health);
    if (typeof undo === "function" && !/^health/.test(name)) await undo();
  },
);

test.each(USERS)("clusterHealth() refuses a health that %s has already", async (name, use) => {
  const { own, whole } = healths();
  onTestFinished(() => own.close());
  const undo = await use(own);
  const { code, message } = haleErrorOf(whole);
  expect([code, message]).toEqual([
    "HALE_BAD_OPTION",
    `The option "health" of clusterHealth() must be a health that no other call has, but is that of ${name} already. Call clusterHealth() first, and give ${name} what it returns.`,
  ]);
  if (typeof undo === "function" && !/^health/.test(name)) await undo();
});

test("replaceHealth() refuses the own health of a primary", async () => {
  const { own, whole } = healths();
  const health = whole();
  const server = await listen(health, LOCAL);
  onTestFinished(async () => {
    await server.close();
    await health.close();
  });
  expect(haleErrorOf(() => server.replaceHealth(own)).message).toContain(
    '"health" of replaceHealth() must be what clusterHealth() returned',
  );
});

test("clusterHealth() takes a health once, and not what it returned", async () => {
  const { whole } = healths();
  const health = whole();
  onTestFinished(() => health.close());
  expect(haleErrorOf(whole).message).toBe(
    'The option "health" of clusterHealth() must be a health that no other call has, but is that of clusterHealth() already. Call it once, and give what it returned to every other function.',
  );
  expect(haleErrorOf(() => clusterHealth(health, { workers: 2 })).message).toBe(
    'The option "health" of clusterHealth() must be the own health of the primary, but is what clusterHealth() returned.',
  );
});

test("a call of clusterHealth() that failed leaves the health as it was", async () => {
  const { own, whole } = healths();
  expect(haleErrorOf(() => clusterHealth(own, { workers: 0 })).code).toBe("HALE_BAD_OPTION");
  await whole().close();
});
