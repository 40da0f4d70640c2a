import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProbeWorker } from "../../../src/server/probe-thread/probe-worker.ts";
import { startWorker } from "../../../src/server/probe-thread/start-worker.ts";

vi.mock("../../../src/server/probe-thread/start-worker.ts");

/** A worker that does as the test says, and takes notes. */
class StandIn extends EventEmitter {
  readonly messages: string[] = [];
  terminated = 0;
  ref(): void {}
  unref(): void {}
  postMessage({ kind }: { kind: string }): void {
    this.messages.push(kind);
  }
  terminate(): void {
    this.terminated++;
    this.emit("exit", 1);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function start() {
  const worker = new StandIn();
  vi.mocked(startWorker).mockReturnValue(worker as never);
  const probeWorker = new ProbeWorker({} as never, () => {});
  worker.emit("message", { kind: "listening", ports: { http: 9000 } });
  return { worker, probeWorker };
}

test("a worker that closes its server ends by itself, and is never terminated", async () => {
  const { worker, probeWorker } = start();
  const ended = probeWorker.end();
  expect(worker.messages).toEqual(["close"]);
  await vi.advanceTimersByTimeAsync(4999);
  worker.emit("exit", 0);
  await ended;
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(worker.terminated).toBe(0);
});

test("a worker that does not end is terminated after its limit, and not before", async () => {
  const { worker, probeWorker } = start();
  let ended = false;
  void probeWorker.end().then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(4999);
  expect([worker.terminated, ended]).toEqual([0, false]);
  await vi.advanceTimersByTimeAsync(1);
  expect([worker.terminated, ended]).toEqual([1, true]);
  expect(vi.getTimerCount()).toBe(0);
});
