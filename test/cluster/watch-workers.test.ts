import type { Worker } from "node:cluster";
import { EventEmitter } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { composeCluster } from "../../src/cluster/cluster-health.ts";
import { INTERNAL_MESSAGE, toAckMessage, toMessage } from "../../src/cluster/cluster-message.ts";
import type { Phase } from "../../src/contract/probe.ts";
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
  await clock.advance(5000);
  expect(logged()).toEqual([]);
  await clock.advance(10_000);
  expect(logged()).toEqual([
    "warn hale: worker-1 is down, was unknown: it has not reported yet; it must call reportToPrimary()",
  ]);
  cluster.emit("exit", worker, 1, null);
  expect(logged()).toEqual(["warn hale: worker-1 is still down: process 4711 has exited with 1"]);
});

/** A cluster of one worker, which the test makes start, report and end. */
async function clusterOfOne() {
  const { health, clock, lines } = await serve();
  const cluster = new EventEmitter();
  const reportTimeout = { readiness: 5000, liveness: 30_000 };
  const composed = composeCluster(health, { rule: "all", workers: 1, reportTimeout }, cluster);
  onTestFinished(() => composed.close());
  const sent: unknown[] = [];
  const fork = (id: number, how: { exitedAfterDisconnect?: boolean } = {}) => {
    const process = Object.assign(new EventEmitter(), { pid: 4710 + id });
    const send = (message: unknown) => void sent.push(message);
    const worker = { id, process, send, isConnected: () => true, ...how };
    cluster.emit("fork", worker);
    return {
      report(phase: Phase, reason?: string, acknowledged = false) {
        const ready = reason === undefined ? UP : { status: "down" as const, reason };
        const verdicts = { liveness: UP, readiness: ready, startup: ready, deep: ready };
        process.emit(INTERNAL_MESSAGE, toMessage({ phase, verdicts, acknowledged }));
      },
      disconnect: () => cluster.emit("disconnect", worker),
      exit: (code: number | null, signal: string | null = null) =>
        cluster.emit("exit", worker, code, signal),
    };
  };
  const logged = () => lines.splice(0).map(([level, line]) => `${level} ${line}`);
  return { clock, sent, fork, logged };
}

const UP = { status: "up" } as const;

test("a worker that starts within its time has no line before it is ready", async () => {
  const { fork, logged, clock } = await clusterOfOne();
  const worker = fork(1);
  await clock.advance(4000);
  worker.report("starting", 'start-up task "listen" is not done');
  await clock.advance(4000);
  worker.report("serving");
  expect(logged()).toEqual(["info hale: worker-1 is up, was unknown"]);
});

test("a worker that falls silent while it starts is warned of", async () => {
  const { fork, logged, clock } = await clusterOfOne();
  fork(1).report("starting", 'start-up task "listen" is not done');
  await clock.advance(6000);
  expect(logged()).toEqual([
    "warn hale: worker-1 is down, was unknown: it has not reported for more than 5000 ms",
  ]);
});

test("a worker that was asked to end, and ends with 0, is no warning", async () => {
  const { fork, logged } = await clusterOfOne();
  const drained = fork(1);
  drained.report("serving");
  drained.report("draining", "it is draining");
  drained.disconnect();
  drained.exit(0);
  const disconnected = fork(2, { exitedAfterDisconnect: true });
  disconnected.report("serving");
  disconnected.disconnect();
  disconnected.exit(0);
  expect(logged()).toEqual([
    "info hale: worker-1 is up, was unknown",
    "info hale: worker-1 is down, was up: it is draining",
    "info hale: worker-1 is still down: process 4711 has exited with 0",
    "info hale: worker-1 is up, was down",
    "info hale: worker-1 is down, was up: it has disconnected",
    "info hale: worker-1 is still down: process 4712 has exited with 0",
  ]);
});

test.each([
  ["another code, although it was asked to", true, 1, null, "process 4711 has exited with 1"],
  [
    "a signal, although it was asked to",
    true,
    null,
    "SIGKILL",
    "process 4711 was killed by SIGKILL",
  ],
  ["0 by itself", false, 0, null, "process 4711 has exited with 0"],
] as const)("a worker that ends with %s is a warning", async (_, asked, code, signal, how) => {
  const { fork, logged } = await clusterOfOne();
  const worker = fork(1, { exitedAfterDisconnect: asked });
  worker.report("serving");
  worker.exit(code, signal);
  expect(logged()).toEqual([
    "info hale: worker-1 is up, was unknown",
    `warn hale: worker-1 is down, was up: ${how}`,
  ]);
});

test("the primary acknowledges the reports of a health until that has received an acknowledgement", async () => {
  const { fork, sent } = await clusterOfOne();
  const worker = fork(1);
  worker.report("starting", "it is starting");
  worker.report("serving");
  worker.report("serving", undefined, true);
  // Another health in the same worker.
  worker.report("starting", "it is starting");
  expect(sent).toEqual([toAckMessage(), toAckMessage(), toAckMessage()]);
});
