import { describe, expect, test } from "vitest";
import { eventLoop } from "../../src/checks/event-loop.ts";
import {
  delayBetween,
  type LoopFigures,
  squaresOf,
  watchLoop,
} from "../../src/checks/internal/process/event-loop-delay.ts";
import type { Outcome } from "../../src/contract/check.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { startOneCheck } from "../_support/one-check.ts";
import { runCheck } from "../_support/run-check.ts";
import { noFaults } from "../contracts/fault-contract.ts";

const IDLE: LoopFigures = { delay: 0.1, utilisation: 0.02 };
const THRESHOLDS = {
  delay: { degradedAt: 100, downAt: 1000 },
  utilisation: { degradedAt: 0.95, downAt: undefined },
  window: 30_000,
};

/** A check whose loop has been as it is told, looked at every so many milliseconds. */
function watched() {
  const clock = new FakeClock();
  let figures = IDLE;
  let looks = 0;
  const look = () => {
    looks++;
    return figures;
  };
  const run = watchLoop(look, {
    ...THRESHOLDS,
    now: () => clock.now(),
  }) as unknown as () => Outcome;
  return {
    run,
    looks: () => looks,
    async sees(next: LoopFigures, times: number, every = 3000): Promise<string[]> {
      figures = next;
      const statuses = [];
      for (let time = 0; time < times; time++) {
        await clock.advance(every);
        statuses.push(run().status);
      }
      return statuses;
    },
  };
}

const times = (count: number, status: string) => Array.from({ length: count }, () => status);

describe("eventLoop, by its rule,", () => {
  test("is up after a stall of two seconds, and shows it", async () => {
    const { sees, run } = watched();
    expect(await sees(IDLE, 20)).toEqual(times(20, "up"));
    const stall = delayBetween({ at: 0, squares: 0 }, { at: 3000, squares: 2000 ** 2 });
    expect(stall).toBeCloseTo(667, 0);
    expect(await sees({ delay: stall, utilisation: 0.7 }, 1)).toEqual(["up"]);
    expect(run().observations).toEqual({
      delay: { value: 666.67, unit: "ms" },
      utilisation: { value: 70, unit: "%" },
    });
    expect(await sees(IDLE, 20)).toEqual(times(20, "up"));
  });

  test("is up while stalls come again and again, with good times between them", async () => {
    const { sees } = watched();
    await sees(IDLE, 1);
    for (let round = 0; round < 10; round++) {
      expect(await sees({ delay: 5000, utilisation: 1 }, 9)).toEqual(times(9, "up"));
      expect(await sees(IDLE, 1)).toEqual(["up"]);
    }
  });

  test("is degraded once the loop has been late for a whole window, and up with the first good time", async () => {
    const { sees, run } = watched();
    await sees(IDLE, 10);
    expect(await sees({ delay: 120.5, utilisation: 0.5 }, 11)).toEqual([
      ...times(10, "up"),
      "degraded",
    ]);
    expect(run().reason).toBe(
      "The event loop has been late by at least 120 ms for 30 s; from 100 ms on it is degraded.",
    );
    expect(await sees(IDLE, 1)).toEqual(["up"]);
  });

  test("is degraded once the loop has been busy for a whole window", async () => {
    const { sees, run } = watched();
    await sees({ delay: 20, utilisation: 0.97 }, 12);
    expect(run()).toMatchObject({
      status: "degraded",
      reason: "The event loop has been at least 97 % busy for 30 s; from 95 % on it is degraded.",
    });
  });

  test("is down for the worse of both, and says which", async () => {
    const { sees, run } = watched();
    await sees({ delay: 1500, utilisation: 1 }, 12);
    expect(run()).toMatchObject({
      status: "down",
      reason:
        "The event loop has been late by at least 1500 ms for 30 s; from 1000 ms on it is down.",
    });
  });

  test("is judged anew ten times a window, and not at every probe", async () => {
    const { sees, looks } = watched();
    await sees(IDLE, 300, 100);
    expect(looks()).toBe(10);
  });

  test("is judged by what was between two probes, where they are rarer than the window", async () => {
    const { sees } = watched();
    expect(await sees({ delay: 500, utilisation: 1 }, 2, 60_000)).toEqual(["up", "degraded"]);
  });
});

describe("the delay", () => {
  test("of a loop that is never late is 0, and so is that of no time", () => {
    const squares = squaresOf({ count: 50, mean: 20e6, stddev: 0 });
    expect(delayBetween({ at: 0, squares: 0 }, { at: 1000, squares })).toBe(0);
    expect(delayBetween({ at: 5, squares: 0 }, { at: 5, squares: 1 })).toBe(0);
  });

  test("of a loop that always stalls for 100 ms is half of that", () => {
    const squares = squaresOf({ count: 10, mean: 120e6, stddev: 0 });
    expect(delayBetween({ at: 0, squares: 0 }, { at: 1000, squares })).toBe(50);
  });
});

describe("eventLoop, in a process of its own,", () => {
  test("is degraded while the loop is busy, and up when it has rested", async () => {
    const service = startOneCheck("eventLoop", {
      window: 1000,
      degradedAt: { utilisation: 0.8, delay: 60_000 },
    });
    await service.line("is up");
    await service.order("work", 30);
    expect(await service.line("is degraded")).toMatch(
      /The event loop has been at least \d+ % busy for 1 s; from 80 % on it is degraded\./,
    );
    await service.order("rest");
    await service.line("is up", 2);
  });

  test("is down while every turn of the loop takes long", async () => {
    const service = startOneCheck("eventLoop", {
      window: 1000,
      degradedAt: { delay: 1, utilisation: 1 },
      downAt: { delay: 5 },
    });
    await service.line("is up");
    await service.order("work", 150);
    expect(await service.line("is down")).toMatch(
      /late by at least \d+ ms for 1 s; from 5 ms on it is down\./,
    );
  });

  test("is up after one stall of two seconds, and has measured it", async () => {
    const service = startOneCheck("eventLoop", { window: 10_000, degradedAt: { delay: 20 } });
    await service.line("is up");
    // A stall is measured from the last mark of Node's histogram, of which there must be one.
    await service.order("turns", 10);
    await service.order("stall", 2000);
    for (let highest = 0; highest < 20; ) {
      expect((await service.look()).status).toBe("up");
      highest = await service.order<number>("highestDelay");
    }
  });
});

test("an idle loop is up, and is observed", async () => {
  expect(await runCheck(eventLoop())).toMatchObject({
    status: "up",
    observations: { delay: { unit: "ms" }, utilisation: { unit: "%" } },
  });
});

noFaults("event-loop", "this process", "asks this process itself: there is no server to fail");
