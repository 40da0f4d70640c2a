import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../servers/_until.ts";
import { NUMBER, type OpenLoop, startLoad } from "./open-loop.ts";
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

test.each<[when: string, ended: (response: ServerResponse) => void]>([
  ["before a response begins", ({ socket }) => void socket?.resetAndDestroy()],
  [
    "while a response comes",
    (response) =>
      void response.writeHead(200, { "Content-Length": 4 }).write("bod", () => response.destroy()),
  ],
])(
  "a request that the server has received is lost when its kept connection is reset %s",
  async (_, end) => {
    const kept = new WeakSet<Socket>();
    const received = new Set<number>();
    const load = await startedLoad(
      ({ socket, headers }, response) => {
        received.add(Number(headers[NUMBER]));
        if (kept.has(socket)) return end(response);
        kept.add(socket);
        response.end("body");
      },
      (number) => received.has(number),
    );
    await until("some requests to fail", () => load.failures.length > 2);
    await load.stop();
    expect(new Set(load.failures.map(({ raced }) => raced))).toEqual(new Set([false]));
  },
);

test("a request has raced when its kept connection is reset before the server has received it", async () => {
  const received = new Set<number>();
  const kept: Socket[] = [];
  const load = await startedLoad(
    ({ socket, headers }, response) => {
      received.add(Number(headers[NUMBER]));
      response.end("body", () => {
        // What comes from here on stays in the kernel.
        socket.pause();
        kept.push(socket);
      });
    },
    (number) => received.has(number),
  );
  const resetting = setInterval(() => {
    // No response is on its way, so that a reset takes none back.
    if (load.answered < received.size) return;
    for (const socket of kept.splice(0)) socket.resetAndDestroy();
  }, 50);
  onTestFinished(() => clearInterval(resetting));
  await until("some requests to fail", () => load.failures.length > 2);
  await load.stop();
  const seen = load.failures.map(({ what, raced }) => `${what}, raced: ${raced}`);
  expect(new Set(seen)).toEqual(new Set(["ECONNRESET, raced: true"]));
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

async function startedLoad(answer: RequestListener, received?: OpenLoop["received"]) {
  const { base, close } = await serve(createServer(answer));
  onTestFinished(close);
  return startLoad({ base, rate: 100, path: () => "/", length: 4, received });
}
