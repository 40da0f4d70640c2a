import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../servers/_until.ts";
import { startLoad } from "./open-loop.ts";
import { serve } from "./serve.ts";

test.each<[what: string, RequestListener]>([
  ["503", (_, response) => response.writeHead(503).end("body")],
  ["ECONNRESET", (request) => request.socket.resetAndDestroy()],
  ["short body", (_, response) => response.end("bod")],
  [
    "ECONNRESET",
    (_, response) => {
      response.writeHead(200, { "Content-Length": 4 }).write("bod", () => response.destroy());
    },
  ],
])("the client counts as failed what is answered by %s", async (what, answer) => {
  const load = await startedLoad(answer);
  await until("some requests to fail", () => load.failures.length > 2);
  await load.stop();
  expect(load.answered).toBe(0);
  expect(new Set(load.failures.map((failure) => failure.what))).toEqual(new Set([what]));
  expect(load.failures.map(({ raced }) => raced)).not.toContain(true);
});

test.each<[when: string, ended: (response: ServerResponse) => void, raced: boolean]>([
  ["before a response begins", ({ socket }) => void socket?.resetAndDestroy(), true],
  [
    "while a response comes",
    (response) =>
      void response.writeHead(200, { "Content-Length": 4 }).write("bod", () => response.destroy()),
    false,
  ],
])("a kept connection that is reset %s is told apart", async (_, end, raced) => {
  const kept = new WeakSet<Socket>();
  const load = await startedLoad(({ socket }, response) => {
    if (kept.has(socket)) return end(response);
    kept.add(socket);
    response.end("body");
  });
  await until("some requests to fail", () => load.failures.length > 2);
  await load.stop();
  expect(new Set(load.failures.map((failure) => failure.raced))).toEqual(new Set([raced]));
});

test("the client counts good answers, and goes on sending while none comes", async () => {
  const waiting: (() => void)[] = [];
  const load = await startedLoad((_, response) => {
    waiting.push(() => response.end("body"));
  });
  await until("ten requests to wait", () => waiting.length >= 10);
  expect(load.answered).toBe(0);
  const answering = setInterval(() => waiting.splice(0).map((answer) => answer()), 1);
  onTestFinished(() => clearInterval(answering));
  await load.stop();
  expect(load.answered).toBeGreaterThanOrEqual(10);
  expect(load.failures).toEqual([]);
});

async function startedLoad(answer: RequestListener) {
  const { base, close } = await serve(createServer(answer));
  onTestFinished(close);
  return startLoad({ base, rate: 100, path: () => "/", length: 4 });
}
