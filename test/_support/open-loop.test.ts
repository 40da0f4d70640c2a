import { createServer, type RequestListener } from "node:http";
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
