import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Heartbeat, sharedNow } from "../../../src/server/probe-thread/heartbeat.ts";

test("what one side gives, the other one sees", () => {
  const given = new Heartbeat();
  const seen = new Heartbeat(given.buffer);
  given.give(1234.5, true);
  expect([seen.at, seen.paused]).toEqual([1234.5, true]);
  given.give(1284.75, false);
  expect([seen.at, seen.paused]).toEqual([1284.75, false]);
});

test("the clock is the same in another thread", async () => {
  const before = sharedNow();
  const worker = new Worker(
    "require('node:worker_threads').parentPort.postMessage(Number(process.hrtime.bigint()) / 1e6)",
    { eval: true, execArgv: [] },
  );
  const [there] = await once(worker, "message");
  await worker.terminate();
  expect(there).toBeGreaterThan(before);
  expect(there).toBeLessThan(sharedNow());
});
