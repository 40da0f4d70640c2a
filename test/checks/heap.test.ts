import { getHeapStatistics } from "node:v8";
import { describe, expect, test } from "vitest";
import { heap } from "../../src/checks/heap.ts";
import { pressure } from "../../src/checks/internal/process/fill-level.ts";
import { oldSpaceSize } from "../../src/checks/internal/process/heap-statistics.ts";
import type { Outcome } from "../../src/contract/check.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { startOneCheck } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { noFaults } from "../contracts/fault-contract.ts";

/** What the heap is full of after each second, and what is said of that. */
async function statusesOf(shares: readonly number[]): Promise<string[]> {
  const clock = new FakeClock();
  let used = 0;
  const run = pressure(() => ({ used, limit: 1000 }), {
    subject: "The heap",
    degradedAt: 0.8,
    downAt: 0.9,
    window: 5000,
    now: () => clock.now(),
  }) as unknown as () => Outcome;
  const statuses = [];
  for (const share of shares) {
    await clock.advance(1000);
    used = share * 1000;
    statuses.push(run().status);
  }
  return statuses;
}

describe("heap, by its rule,", () => {
  test("is up while garbage fills it and a collection frees it", async () => {
    const saw = Array.from({ length: 40 }, (_, second) => 0.6 + 0.39 * ((second % 5) / 4));
    expect(new Set(await statusesOf(saw))).toEqual(new Set(["up"]));
  });

  test("is degraded, then down, as what is kept grows, and up with what is freed", async () => {
    const shares = [0.5, ...Array(6).fill(0.85), ...Array(6).fill(0.95), 0.5];
    expect(await statusesOf(shares)).toEqual([
      ...Array(6).fill("up"),
      ...Array(6).fill("degraded"),
      "down",
      "up",
    ]);
  });
});

test("what Node was told of the size of the heap is read as Node reads it", () => {
  expect(oldSpaceSize("", [])).toBeUndefined();
  expect(oldSpaceSize("--max-old-space-size=512", [])).toBe(512);
  expect(oldSpaceSize("--max_old_space_size=512 --inspect", [])).toBe(512);
  expect(oldSpaceSize("--max-old-space-size=512", ["--max-old-space-size", "1024"])).toBe(1024);
  expect(oldSpaceSize("--title=--max-old-space-size=7", [])).toBeUndefined();
  expect(oldSpaceSize("--max-old-space-size=0", [])).toBeUndefined();
});

describe("heap, in a process with a heap of 64 MiB,", () => {
  const start = (options: object) =>
    startOneCheck("heap", options, { env: { NODE_OPTIONS: "--max-old-space-size=64" } });

  test("is degraded, then down, before the process ends for want of memory, and up when it is freed", async () => {
    const service = start({ window: 1000, degradedAt: 0.4, downAt: 0.6 });
    await service.line("is up");
    await service.order("keepObjects", 45);
    expect(await service.line("is degraded")).toMatch(
      /The heap has been at least \d+ % full for 1 s; from 40 % on it is degraded\./,
    );
    await service.order("keepObjects", 66);
    await service.line("is down");
    await service.order("release");
    await service.line("is up", 2);
  });

  test("observes the limit that it was given, and not the larger one that V8 tells", async () => {
    const { observations } = await start({}).look();
    expect(observations?.limit).toEqual({ value: 64 * 2 ** 20, unit: "bytes" });
  });
});

test("a heap without a limit of its own is that of V8", async () => {
  const { status, observations } = await runCheck(heap());
  expect(status).toBe("up");
  expect(observations).toEqual({
    used: { value: expect.any(Number), unit: "bytes" },
    limit: { value: getHeapStatistics().heap_size_limit, unit: "bytes" },
    full: { value: expect.any(Number), unit: "%" },
  });
  expect(Number(observations?.used?.value)).toBeGreaterThan(1e6);
});

noFaults("heap", "this process", "asks this process itself: there is no server to fail");
