import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { STATUS_CODES } from "../../src/contract/figures.ts";
import { SHUTDOWN_STAGES } from "../../src/contract/health.ts";
import { PROBES } from "../../src/contract/probe.ts";
import { ProcessCounts } from "../../src/telemetry/process-counts.ts";

const NAMES = [
  ...PROBES.flatMap((probe) => STATUS_CODES.map((code) => `${probe} ${code}` as const)),
  ...SHUTDOWN_STAGES,
  "stalled" as const,
];

test("each name has a count of its own, which is 0 at first", () => {
  const counts = new ProcessCounts();
  expect(NAMES.map((name) => counts.get(name))).toEqual(NAMES.map(() => 0));
  for (const [index, name] of NAMES.entries()) counts.add(name, index + 1);
  expect(NAMES.map((name) => counts.get(name))).toEqual(NAMES.map((_, index) => index + 1));
});

test("a response is counted under its probe and code, and one of another code nowhere", () => {
  const counts = new ProcessCounts();
  for (const probe of PROBES) {
    for (const code of STATUS_CODES) {
      counts.countResponse(probe, code);
      expect(NAMES.filter((name) => counts.get(name) > 0).at(-1)).toBe(`${probe} ${code}`);
    }
  }
  counts.countResponse("liveness", 418);
  expect(NAMES.map((name) => counts.get(name)).reduce((sum, count) => sum + count)).toBe(
    PROBES.length * STATUS_CODES.length,
  );
});

test("a name that is none counts nowhere", () => {
  const counts = new ProcessCounts();
  counts.add("liveness 418" as "liveness 200");
  expect(NAMES.map((name) => counts.get(name))).toEqual(NAMES.map(() => 0));
  expect(counts.get("liveness 418" as "liveness 200")).toBe(0);
});

test("two threads that count at the same time lose nothing", async () => {
  const counts = new ProcessCounts();
  const source = `
    const { workerData, parentPort } = require("node:worker_threads");
    const cells = new Uint32Array(workerData);
    for (let index = 0; index < 200_000; index++) Atomics.add(cells, 0, 1);
    parentPort.postMessage("done");
  `;
  const worker = new Worker(source, { eval: true, workerData: counts.memory });
  const done = new Promise((resolve) => worker.once("message", resolve));
  for (let index = 0; index < 200_000; index++) counts.add("liveness 200");
  await done;
  expect(counts.get("liveness 200")).toBe(400_000);
  expect(new ProcessCounts(counts.memory).get("liveness 200")).toBe(400_000);
  await worker.terminate();
});
