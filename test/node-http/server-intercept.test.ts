import { createServer, type IncomingMessage } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import { createHealth } from "../../src/health.ts";
import { isProbe } from "../../src/node-http/node-request.ts";
import { observeEvents } from "../../src/node-http/server-intercept.ts";
import { ask } from "../_support/ask.ts";
import { serve } from "../_support/serve.ts";

async function watched() {
  const events: (string | symbol)[] = [];
  const requests: string[] = [];
  const probes: string[] = [];
  const server = createServer((_request, response) => response.end("Hello"));
  const stop = observeEvents(server, (event, [request], probe) => {
    events.push(event);
    if (event !== "request") return;
    (probe ? probes : requests).push((request as IncomingMessage).url ?? "");
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return { server, base, events, requests, probes, stop };
}

test("a watcher sees the connections and requests of a server, before the service does", async () => {
  const { base, events } = await watched();
  expect((await ask(base, "GET", "/shop")).body).toBe("Hello");
  expect(events).toEqual(["listening", "connection", "request"]);
});

test("what a health answers is told from what it does not", async () => {
  const { server, base, requests, probes } = await watched();
  const health = createHealth({ logger: false });
  attach(server, health);
  await ask(base, "GET", "/livez");
  await ask(base, "GET", "/shop");
  expect([requests, probes]).toEqual([["/shop"], ["/livez"]]);
});

test("it sees nothing more once it was stopped, and the server has its own emit back", async () => {
  const { server, base, events, stop } = await watched();
  stop();
  stop();
  expect(Object.hasOwn(server, "emit")).toBe(false);
  const seen = events.length;
  expect((await ask(base, "GET", "/shop")).body).toBe("Hello");
  expect(events.length).toBe(seen);
});

test("neither who attaches nor who watches ends the other", async () => {
  const { server, base, requests, stop } = await watched();
  const detach = attach(server, createHealth({ logger: false }));
  detach();
  await ask(base, "GET", "/shop");
  expect(requests).toEqual(["/shop"]);
  attach(server, createHealth({ logger: false }));
  stop();
  expect((await ask(base, "GET", "/livez")).body).toBe('{"status":"ok"}');
});

test("a request that hale takes is a probe, with the address that it comes from", async () => {
  const from: (string | undefined)[] = [];
  const raws: IncomingMessage[] = [];
  const server = createServer();
  server.on("request", (request, response) => {
    raws.push(request);
    response.end("Hello");
  });
  const health = createHealth({ logger: false });
  attach(server, {
    ...health,
    handle(request) {
      from.push(request.remoteAddress);
      return health.handle(request);
    },
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  await ask(base, "GET", "/livez");
  await ask(base, "GET", "/shop");
  expect(from).toEqual(["127.0.0.1", "127.0.0.1"]);
  expect(raws.map(isProbe)).toEqual([false]);
});
