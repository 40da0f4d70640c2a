/** A small shop whose health hale serves, and whose dependencies you can break: see README.md. */
import { Console } from "node:console";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { createHealth } from "hale";
import { attach } from "hale/node";
import { createApp } from "./app.ts";
import { memoryCache, redisCache } from "./cache.ts";
import { embeddedDatabase, externalDatabase, openPool } from "./database.ts";
import { OrderQueue } from "./order-queue.ts";
import { readSettings } from "./settings.ts";
import { Shop } from "./shop.ts";
import { FaultProxy } from "./tcp-proxy.ts";

const HOST = "127.0.0.1";

/** Milliseconds that stopping may take. */
const PATIENCE = 5_000;

/** The clean-up steps of the shop, in reverse order. */
const endings: (() => unknown)[] = [];

async function start(): Promise<string> {
  const { port, databaseUrl, redisUrl } = readSettings(process.env);

  const database = databaseUrl === undefined ? embeddedDatabase() : externalDatabase(databaseUrl);
  endings.push(() => database.stop());

  // Two ways into one database, so that each can be broken without the other.
  const databaseProxy = await FaultProxy.listen(database.address);
  const jobsProxy = await FaultProxy.listen(database.address);
  const pool = openPool(databaseProxy.redirect(database.url));
  const jobsPool = openPool(jobsProxy.redirect(database.url));
  endings.push(() => Promise.all([pool.end(), jobsPool.end()]));
  // Before the pools, which would wait for a connection that is still being opened.
  endings.push(() => Promise.all([databaseProxy.close(), jobsProxy.close()]));
  const cache = redisUrl === undefined ? memoryCache() : await redisCache(redisUrl);
  endings.push(() => cache.close());
  const queue = new OrderQueue(jobsPool);
  endings.push(() => queue.stop());
  const shop = new Shop({ pool, cache, queue });

  const health = createHealth({
    checks: { database: pool, cache: cache.client, jobs: () => queue.size() },
    // To standard error, so that standard output begins with the URL.
    logger: new Console(process.stderr),
  });
  const tables = database.address.then(() => shop.createTables());
  const handling = tables.then(() => queue.start((order) => shop.handle(order)));
  health.addStartupTask("create the shop's tables", tables);
  health.addStartupTask("start the queue", handling);

  const dependencies = new Map([
    ["database", databaseProxy],
    ["cache", cache.fault],
    ["jobs", jobsProxy],
  ]);
  const server = createServer(createApp(shop, dependencies));
  attach(server, health);
  endings.push(() => {
    server.close();
    server.closeAllConnections();
  });
  // A hung dependency cannot be closed.
  endings.push(() => Promise.all([...dependencies.values()].map((broken) => broken.mend())));

  // Probes are answered from here on: alive, and not ready until the start-up tasks are done.
  await once(server.listen(port, HOST), "listening");
  endings.push(() => health.drain());
  await Promise.all([tables, handling]);
  return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
}

async function endAll(): Promise<void> {
  for (const end of endings.splice(0).reverse()) {
    try {
      await end();
    } catch {
      // Anything still open ends with the process.
    }
  }
}

let isStopping = false;

async function stop(exitCode: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await Promise.race([endAll(), pause(PATIENCE)]);
  process.exit(exitCode);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop(0));

try {
  console.log(`The hale example shop is at ${await start()}`);
} catch (failure) {
  if (!isStopping) console.error(`The hale example shop failed to start: ${reasonOf(failure)}`);
  await stop(1);
}

function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const isTaken = "code" in failure && failure.code === "EADDRINUSE";
  return isTaken ? `${failure.message}. Set PORT to another port.` : failure.message;
}
