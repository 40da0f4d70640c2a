import "reflect-metadata";
import { createServer } from "node:http";
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
} from "node:net";
import { Controller, type INestMicroservice, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ClientProxyFactory, MessagePattern, Transport } from "@nestjs/microservices";
import createExpress from "express";
import createFastify from "fastify";
import Koa from "koa";
import { expect, onTestFinished, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { listenHaproxyAgent } from "../../src/server/haproxy-agent.ts";
import { type ClosableServer, sortServers } from "../../src/shutdown/closable-servers.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const server = createServer();
const fastify = createFastify();
const nest = { getHttpServer: () => server, close: async () => {} };
const webSockets = { clients: [], handleUpgrade: () => {}, close: () => {}, address: () => null };
const listening = { url: "http://127.0.0.1:9000/", port: 9000, close: async () => {} };

/** Of a sorted list, how each is called. */
const named = (name: string) => [{ name, hook: expect.any(Function) }];

test("each is sorted by how it is closed, apps by their server too", () => {
  expect(sortServers("test", [server, fastify, webSockets, listening])).toEqual({
    servers: [server, fastify.server],
    webSocketServers: [webSockets],
    socketServers: [],
    apps: [{ name: "app", hook: expect.any(Function), server: fastify.server }],
    hasMicroservices: false,
    healthServers: [listening],
  });
});

test.each([
  ["Express", createExpress()],
  ["Koa", new Koa()],
])("an application of %s is refused with what to give in its place", (_, app) => {
  expect(() => sortServers("test", [app as never])).toThrow(
    /servers\[0\].+ Give it what app\.listen\(\) returns\.$/,
  );
});

class Server {
  readonly clients = {};
  calls = 0;
  attach(): void {}
  handleUpgrade(): void {}
  close(): number {
    return ++this.calls;
  }
}

test("a server of Socket.IO or engine.io closes its clients itself", () => {
  const engine = new Server();
  const { socketServers, webSocketServers } = sortServers("test", [engine]);
  expect([socketServers, webSocketServers]).toEqual([named("Server"), []]);
  socketServers[0]?.hook({ signal: new AbortController().signal });
  expect(engine.calls).toBe(1);
});

test("what graphql-ws has returned is disposed of", () => {
  let calls = 0;
  const { socketServers } = sortServers("test", [{ dispose: () => calls++ }]);
  socketServers[0]?.hook({ signal: new AbortController().signal });
  expect(calls).toBe(1);
});

class Ping {
  answer(): string {
    return "pong";
  }
}
const answer = Object.getOwnPropertyDescriptor(Ping.prototype, "answer") as PropertyDescriptor;
MessagePattern("ping")(Ping.prototype, "answer", answer);
Controller()(Ping);

/** Sends a message to a microservice over a connection of its own. */
async function ping(port: number): Promise<unknown> {
  const options = { host: "127.0.0.1", port };
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  try {
    return await new Promise((resolve, reject) => {
      client.send("ping", {}).subscribe({ next: resolve, error: reject });
    });
  } finally {
    await client.close();
  }
}

test("a Nest microservice is closed with the apps, and is drained as a server is", async () => {
  class App {}
  Module({ controllers: [Ping] })(App);
  const microservice: INestMicroservice = await NestFactory.createMicroservice(App, {
    transport: Transport.TCP,
    options: { host: "127.0.0.1", port: 0 },
    logger: false,
  });
  await microservice.listen();
  onTestFinished(() => microservice.close());
  const { port } = microservice.unwrap<NetServer>().address() as AddressInfo;
  expect(await ping(port)).toBe("pong");
  const { apps, hasMicroservices, servers } = sortServers("test", [microservice]);
  expect([apps, hasMicroservices, servers]).toEqual([named("NestMicroservice"), true, []]);
  await apps[0]?.hook({ signal: new AbortController().signal });
  await expect(ping(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a Nest application context has no server, and is closed with the apps", async () => {
  class App {}
  Module({})(App);
  const context = await NestFactory.createApplicationContext(App, { logger: false });
  const { apps, hasMicroservices } = sortServers("test", [context]);
  expect([apps.length, hasMicroservices]).toEqual([1, false]);
  await apps[0]?.hook({ signal: new AbortController().signal });
});

test("an agent is closed as what listen() gave is", async () => {
  const agent = await listenHaproxyAgent(createHealth({ logger: false }), {
    port: 0,
    host: "127.0.0.1",
  });
  expect(sortServers("test", [agent]).healthServers).toEqual([agent]);
  expect(agent.url).toBe(`tcp://127.0.0.1:${agent.port}/`);
  await agent.close();
});

test("the same server is there once, however it was named", () => {
  expect(sortServers("test", [server, nest, server]).servers).toEqual([server]);
});

test.each<[string, unknown]>([
  ["an application of Express, which is a function", () => {}],
  ["a server's address", { url: "http://127.0.0.1:9000/" }],
  ["an application that has no server", { getHttpServer: () => undefined }],
  [
    "a Nest application whose server is missing",
    { getHttpServer: () => undefined as unknown, init() {}, select() {}, close() {} },
  ],
  ["a server of node:net", createNetServer()],
  ["nothing", undefined],
])("%s is refused, with what is accepted", (_, served) => {
  const error = haleErrorOf(() =>
    sortServers("test", [server, served as unknown as ClosableServer]),
  );
  expect(error.code).toBe("HALE_BAD_OPTION");
  expect(error.message).toContain('"servers[1]" of test must be a server of node:http');
  expect(error.message).not.toContain("app.listen()");
});

const method = () => {};

test.each([
  ["Bun.serve()", { stop: method, fetch: method, hostname: "127.0.0.1", url: new URL("http://a") }],
  ["Deno.serve()", { shutdown: method, ref: method, unref: method, finished: Promise.resolve() }],
  ["an Elysia app", { listen: method, stop: method, server: { stop: method, fetch: method } }],
])("the server of %s is refused with what to do in its place", (_, other) => {
  expect(() => sortServers("test", [other as never])).toThrow(
    /servers\[0\].* Bun\.serve\(\) or Deno\.serve\(\) .*health\.drain\(\), .*server\.stop\(\) on Bun or server\.shutdown\(\) on Deno, 10 s at most, .*exit\.$/,
  );
});
