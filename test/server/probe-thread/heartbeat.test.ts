import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { Heartbeat, sharedNow } from "../../../src/server/probe-thread/heartbeat.ts";

test("what one side gives, the other one sees", () => {
  const given = new Heartbeat();
  const seen = new Heartbeat(given.buffer);
  given.give(1234.5, 9229);
  expect([seen.at, seen.inspectorPort]).toEqual([1234.5, 9229]);
  given.give(1284.75, 0);
  expect([seen.at, seen.inspectorPort]).toEqual([1284.75, 0]);
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
