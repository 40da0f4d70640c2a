import type { Worker } from "node:cluster";
import { EventEmitter } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { composeCluster } from "../../src/cluster/cluster-health.ts";
import { serve } from "../_support/compose.ts";

test("a worker that boots is accused of nothing before its time, and its death is no change", async () => {
  const { health, clock, lines } = await serve();
  const cluster = new EventEmitter();
  const reportTimeout = { readiness: 5000, liveness: 30_000 };
  const composed = composeCluster(health, { rule: "all", workers: 1, reportTimeout }, cluster);
  onTestFinished(() => composed.close());
  const worker = { id: 1, process: Object.assign(new EventEmitter(), { pid: 4711 }) };
  const logged = () => lines.splice(0).map(([level, line]) => `${level} ${line}`);
  cluster.emit("fork", worker as unknown as Worker);
  expect(logged()).toEqual(["warn hale: worker-1 is down, was unknown: it has not reported yet"]);
  await clock.advance(5000);
  expect(logged()).toEqual([]);
  await clock.advance(10_000);
  expect(logged()).toEqual([
    "warn hale: worker-1 is still down: it has not reported yet; it must call reportToPrimary()",
  ]);
  cluster.emit("exit", worker, 1, null);
  expect(logged()).toEqual(["warn hale: worker-1 is still down: process 4711 has exited with 1"]);
});
