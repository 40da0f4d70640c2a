// A service that is told to end while it starts, and begins to listen later all the same.
import { createHealth } from "hale";
import { attach, gracefulShutdown } from "hale/node";

/** Node's own server, which is told its host as Fastify and Nest are. */
function ofNode(app) {
  const listen = (host) =>
    new Promise((resolve, reject) => {
      app.on("error", reject);
      app.listen(0, host, resolve);
    });
  return { app, server: app, listen };
}

/** A Nest app without decorators, which this Node cannot read: they are functions. */
async function ofNest(adapter) {
  await import("reflect-metadata");
  const { Module } = await import("@nestjs/common");
  const { NestFactory } = await import("@nestjs/core");
  class App {
    onModuleDestroy() {
      console.log("the app is closed");
    }
  }
  Module({})(App);
  const app = await NestFactory.create(App, ...adapter, { logger: false });
  return { app, server: app.getHttpServer(), listen: (host) => app.listen(0, host) };
}

const KINDS = {
  http: async () => ofNode((await import("node:http")).createServer()),
  http2: async () => ofNode((await import("node:http2")).createServer()),
  async fastify(version = "fastify") {
    const { default: createFastify } = await import(version);
    const app = createFastify();
    app.addHook("onClose", async () => console.log("the app is closed"));
    return { app, server: app.server, listen: (host) => app.listen({ port: 0, host }) };
  },
  fastify4: () => KINDS.fastify("fastify4"),
  nest: () => ofNest([]),
  async "nest over fastify"() {
    const { FastifyAdapter } = await import("@nestjs/platform-fastify");
    return ofNest([new FastifyAdapter()]);
  },
};

const [, , kind, moment, host] = process.argv;
const { app, server, listen } = await KINDS[kind]();
const health = createHealth({
  logger: { info: console.log, warn: console.log, error: console.log },
});
attach(server, health);
let connected = () => {};
const connecting = new Promise((resolve) => {
  connected = resolve;
});
health.addStartupTask("connect", connecting);
let listens = () => {};
const listening = new Promise((resolve) => {
  listens = resolve;
});
gracefulShutdown({
  health,
  servers: [app],
  // A hook waits for the whole start.
  hookTimeout: 60_000,
  onDrain: { start: () => moment === "draining" && connected() },
  onClose: {
    // Until the start is over, so that an error of it would end the process before the last hook.
    database: () => listening,
    start: () => moment === "closing" && connected(),
  },
});
// What the start waits for holds the process open.
const waiting = setInterval(() => {}, 1000);
console.log("starts");
await connecting;
await listen(host);
// A start goes on, and may need its address at any time.
await new Promise((resolve) => setTimeout(resolve, 20));
console.log(`listened on port ${server.address().port}`);
clearInterval(waiting);
listens();
