import { describe, expect, test } from "vitest";
import type { PhaseEvent } from "../../src/contract/health.ts";
import type { TaskReport } from "../../src/contract/report.ts";
import { Lifecycle } from "../../src/lifecycle/lifecycle.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { haleErrorOf } from "../_support/thrown.ts";

function setUp({ manual = false } = {}) {
  const phases: PhaseEvent[] = [];
  const failed: TaskReport[] = [];
  const late: [tasks: readonly TaskReport[], awaited: readonly string[]][] = [];
  const turns: (() => void)[] = [];
  const clock = new FakeClock();
  const life = new Lifecycle({
    manual,
    describe: describeFailure,
    clock: {
      nextTurn: (callback) => {
        turns.push(callback);
        return () => {};
      },
      after: (milliseconds, callback) => clock.after(milliseconds, callback),
    },
    startupDeadline: 30_000,
    onPhase: (event) => phases.push(event),
    onTaskFailed: (task) => failed.push(task),
    onStartupLate: (tasks, awaited) => late.push([tasks, awaited]),
  });
  const turn = () => {
    for (const callback of turns.splice(0)) callback();
  };
  return { life, phases, failed, late, clock, turns, turn };
}

const SERVING = { from: "starting", to: "serving" };

describe("a life without tasks", () => {
  test("is starting in the turn that it begins in, and serving in the next", () => {
    const { life, phases, turn } = setUp();
    expect([life.phase, life.started, phases]).toEqual(["starting", false, []]);
    turn();
    expect([life.phase, life.started, phases]).toEqual(["serving", true, [SERVING]]);
  });

  test("takes tasks in the turn that it begins in, and none after it", () => {
    const { life, turn } = setUp();
    life.startup.add("warm", new Promise(() => {}));
    turn();
    expect([life.phase, life.started]).toEqual(["starting", false]);
    const other = setUp();
    other.turn();
    const error = haleErrorOf(() => other.life.startup.add("warm", Promise.resolve()));
    expect(error.code).toBe("HALE_ALREADY_STARTED");
  });
});

describe("a life with a task", () => {
  test("is serving once the task is done", async () => {
    const { life, phases, turn } = setUp();
    let finish = () => {};
    life.startup.add(
      "warm",
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    turn();
    await settled();
    expect(life.tasks).toEqual([{ name: "warm", status: "pending" }]);
    expect(life.phase).toBe("starting");
    finish();
    await settled();
    expect([life.phase, life.started, life.tasks, phases]).toEqual([
      "serving",
      true,
      [],
      [SERVING],
    ]);
  });

  test("that fails is starting for good, and says so", async () => {
    const { life, phases, failed, turn } = setUp();
    life.startup.add("warm", Promise.reject(new Error("no cache")));
    turn();
    await settled();
    const task = { name: "warm", status: "failed", reason: "no cache" };
    expect([life.phase, life.started, life.tasks]).toEqual(["starting", false, [task]]);
    expect([phases, failed]).toEqual([[], [task]]);
  });
});

describe("a life that starts by hand", () => {
  test("waits for it, and for no turn", () => {
    const { life, phases, turns } = setUp({ manual: true });
    expect(turns).toEqual([]);
    expect(life.started).toBe(false);
    life.startup.markStarted();
    expect([life.phase, life.started, phases]).toEqual(["serving", true, [SERVING]]);
  });

  test("waits for its tasks too, in either order", async () => {
    const { life } = setUp({ manual: true });
    life.startup.add("warm", Promise.resolve());
    await settled();
    expect(life.started).toBe(false);
    life.startup.markStarted();
    expect(life.started).toBe(true);

    const other = setUp({ manual: true });
    other.life.startup.add("warm", Promise.resolve());
    other.life.startup.markStarted();
    expect(other.life.started).toBe(false);
    await settled();
    expect(other.life.started).toBe(true);
  });

  test("may be told twice", () => {
    const { life, phases } = setUp({ manual: true });
    life.startup.markStarted();
    life.startup.markStarted();
    expect(phases).toEqual([SERVING]);
  });
});

describe("a life that starts by itself and is marked as started", () => {
  test("is serving at once, and the next turn changes nothing", () => {
    const { life, phases, turn } = setUp();
    life.startup.markStarted();
    expect([life.phase, life.started, phases]).toEqual(["serving", true, [SERVING]]);
    turn();
    life.startup.markStarted();
    expect(phases).toEqual([SERVING]);
  });

  test("waits for its tasks all the same", async () => {
    const { life } = setUp();
    life.startup.add("warm", Promise.resolve());
    life.startup.markStarted();
    expect(life.started).toBe(false);
    await settled();
    expect(life.started).toBe(true);
  });
});

describe("draining", () => {
  test("comes after serving, and never ends", () => {
    const { life, phases, turn } = setUp();
    turn();
    life.drain();
    life.drain();
    expect([life.phase, life.started]).toEqual(["draining", true]);
    expect(phases).toEqual([SERVING, { from: "serving", to: "draining" }]);
  });

  test("may come before start-up is done, which then is done all the same", () => {
    const { life, phases, turn } = setUp();
    life.drain();
    expect([life.phase, life.started]).toEqual(["draining", false]);
    turn();
    expect([life.phase, life.started]).toEqual(["draining", true]);
    expect(phases).toEqual([{ from: "starting", to: "draining" }]);
  });

  test("does not make up for a task that is pending", async () => {
    const { life, turn } = setUp();
    life.startup.add("warm", new Promise(() => {}));
    turn();
    life.drain();
    await settled();
    expect([life.phase, life.started]).toEqual(["draining", false]);
  });
});

describe("a start that takes long", () => {
  test("is told of once, at its deadline, with what it waits for", async () => {
    const { life, late, clock, turn } = setUp();
    life.startup.add("warm", ({ progress }) => {
      progress(0.4);
      return new Promise(() => {});
    });
    turn();
    await clock.advance(29_999);
    expect(late).toEqual([]);
    await clock.advance(60_000);
    expect(late).toEqual([[[{ name: "warm", status: "pending", progress: 0.4 }], []]]);
  });

  test("is told of with no task, when it waits to be started by hand", async () => {
    const { late, clock } = setUp({ manual: true });
    await clock.advance(30_000);
    expect(late).toEqual([[[], ["markStarted()"]]]);
  });

  test("is told of with the servers that it waits for", async () => {
    const { life, late, clock, turn } = setUp();
    life.startup.awaitServer({}, {});
    turn();
    await clock.advance(30_000);
    expect(late).toEqual([[[], ["a server to listen, or markStarted()"]]]);
  });

  test("is not told of once it is done, nor while draining", async () => {
    const done = setUp();
    done.turn();
    await done.clock.advance(60_000);
    expect(done.late).toEqual([]);
    expect(done.clock.pending).toBe(0);

    const drained = setUp({ manual: true });
    drained.life.drain();
    expect(drained.clock.pending).toBe(0);
    await drained.clock.advance(60_000);
    expect(drained.late).toEqual([]);
  });
});

test("a service that is closed while it starts leaves no timer behind", async () => {
  const { life, clock, failed, turn } = setUp();
  let calls = 0;
  const task = async () => {
    calls++;
    throw new Error("not yet");
  };
  life.startup.add("warm", task, { retries: Infinity });
  turn();
  await settled();
  expect([calls, failed.length, clock.pending]).toEqual([1, 1, 2]);
  life.drain();
  expect(clock.pending).toBe(0);
  await clock.advance(60_000);
  expect(calls).toBe(1);
});
