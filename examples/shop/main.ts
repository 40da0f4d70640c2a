/** A small shop whose health hale serves, and whose dependencies you can break: see README.md. */
import { Console } from "node:console";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHealth, type Health } from "hale";
import { attach, gracefulShutdown } from "hale/node";
import { createApp } from "./app.ts";
import { memoryCache, redisCache } from "./cache.ts";
import { embeddedDatabase, externalDatabase, openPool } from "./database.ts";
import { OrderQueue } from "./order-queue.ts";
import { readSettings } from "./settings.ts";
import { Shop } from "./shop.ts";
import { FaultProxy } from "./tcp-proxy.ts";

const HOST = "127.0.0.1";

let health: Health | undefined;

async function start(): Promise<string> {
  const { port, databaseUrl, redisUrl } = readSettings(process.env);

  const database = databaseUrl === undefined ? embeddedDatabase() : externalDatabase(databaseUrl);
  // Two ways into one database, so that each can be broken without the other.
  const databaseProxy = await FaultProxy.listen(database.address);
  const jobsProxy = await FaultProxy.listen(database.address);
  const pool = openPool(databaseProxy.redirect(database.url));
  const jobsPool = openPool(jobsProxy.redirect(database.url));
  const cache = redisUrl === undefined ? memoryCache() : await redisCache(redisUrl);
  const queue = new OrderQueue(jobsPool);
  const shop = new Shop({ pool, cache, queue });
  const dependencies = new Map([
    ["database", databaseProxy],
    ["cache", cache.fault],
    ["jobs", jobsProxy],
  ]);
  const server = createServer(createApp(shop, dependencies));

  health = createHealth({
    checks: { database: pool, cache: cache.client, jobs: () => queue.size() },
    // To standard error, so that standard output begins with the URL.
    logger: new Console(process.stderr),
  });
  const tables = database.address.then(() => shop.createTables());
  const handling = tables.then(() => queue.start((order) => shop.handle(order)));
  health.addStartupTask("create the shop's tables", tables);
  health.addStartupTask("start the queue", handling);
  attach(server, health);
  gracefulShutdown({
    health,
    servers: [server],
    // A hung dependency cannot be closed.
    onDrain: {
      faults: () => Promise.all([...dependencies.values()].map((broken) => broken.mend())),
    },
    // In the order of opening: the last one is closed first.
    onClose: {
      database: () => database.stop(),
      pools: () => Promise.all([pool.end(), jobsPool.end()]),
      // Before the pools, which would wait for a connection that is still being opened.
      proxies: () => Promise.all([databaseProxy.close(), jobsProxy.close()]),
      cache: () => cache.close(),
      queue: () => queue.stop(),
    },
  });

  // Probes are answered from here on: alive, and not ready until the start-up tasks are done.
  await once(server.listen(port, HOST), "listening");
  await Promise.all([tables, handling]);
  return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
}

try {
  console.log(`The hale example shop is at ${await start()}`);
} catch (failure) {
  // A shop that is told to stop while it starts fails too, and ends by its shutdown.
  if (health?.signal("drain").aborted !== true) {
    console.error(`The hale example shop failed to start: ${reasonOf(failure)}`);
    process.exit(1);
  }
}

function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const isTaken = "code" in failure && failure.code === "EADDRINUSE";
  return isTaken ? `${failure.message}. Set PORT to another port.` : failure.message;
}
