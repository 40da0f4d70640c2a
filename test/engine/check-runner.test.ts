import { describe, expect, test } from "vitest";
import { type Check, type CheckOptions, defineCheck } from "../../src/contract/check.ts";
import type { ChangeEvent } from "../../src/contract/health.ts";
import { CheckRunner } from "../../src/engine/check-runner.ts";
import type { Clock } from "../../src/engine/clock.ts";
import { resolveSettings } from "../../src/engine/settings.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { ScriptedCheck } from "../_support/scripted-check.ts";

function settingsOf(check: Check) {
  return resolveSettings("db", check, { defaults: {}, deadline: 800 });
}

function setUp(
  options: CheckOptions = {},
  random = () => 0,
  clock: FakeClock & Partial<Clock> = new FakeClock(),
) {
  const check = new ScriptedCheck();
  const changes: ChangeEvent[] = [];
  /** The moments at which a verdict may have changed. */
  const verdicts: number[] = [];
  const definition = defineCheck({ ...options, scope: "dependency", run: check.run });
  const runner = new CheckRunner(settingsOf(definition), definition, {
    clock,
    random,
    describe: describeFailure,
    onChange: (event) => changes.push(event),
    onResult: () => {},
    onVerdict: () => verdicts.push(clock.now()),
  });
  const state = () => runner.state;
  /** Starts a run that hangs, and lets it be written off. */
  const hang = async () => {
    void runner.refresh();
    await clock.advance(500);
  };
  return { clock, check, changes, verdicts, runner, state, hang };
}

/** Runs a check once, to this end. */
async function finish(
  { check, runner }: Pick<ReturnType<typeof setUp>, "check" | "runner">,
  end: "up" | "down",
  value?: unknown,
): Promise<void> {
  const done = runner.refresh();
  await settled();
  check.at()[end](value);
  await done;
}

describe("where a request may not wait for another's promise", () => {
  const perRequest = () =>
    setUp({}, () => 0, Object.assign(new FakeClock(), { perRequest: true as const }));

  test("each caller makes a run of its own, and the result is kept for all", async () => {
    const { check, runner, clock, state } = perRequest();
    const waits = [runner.refresh(), runner.refresh()];
    await settled();
    expect(check.runs).toHaveLength(2);
    check.at(1).up();
    await waits[1];
    expect(state()).toMatchObject({ status: "up" });
    expect(clock.now() < runner.freshUntil()).toBe(true);
  });

  test("runs that hang hold no other back", async () => {
    const { check, runner, hang, state } = perRequest();
    for (let run = 0; run < 4; run++) await hang();
    expect(check.runs).toHaveLength(4);
    expect(state()).toMatchObject({ status: "down", reason: "No answer within 500 ms." });
    const wait = runner.refresh();
    await settled();
    check.at(4).up();
    await wait;
    expect(state()).toMatchObject({ status: "up" });
  });
});

describe("single flight", () => {
  test("callers share the run that is under way", async () => {
    const { check, runner } = setUp();
    const waits = [runner.refresh(), runner.refresh(), runner.refresh()];
    await settled();
    expect(check.runs).toHaveLength(1);
    check.at().up();
    await Promise.all(waits);
    expect(check.runs).toHaveLength(1);
  });

  test("a result is reused until it is maxAge old, counted from the start of its run", async () => {
    const { clock, check, runner } = setUp({ maxAge: 1000 });
    void runner.refresh();
    await clock.advance(400);
    check.at().up();
    await settled();
    await clock.advance(599);
    expect(clock.now() < runner.freshUntil()).toBe(true);
    await clock.advance(1);
    expect(clock.now() < runner.freshUntil()).toBe(false);
  });
});

describe("a run", () => {
  test("is aborted at its timeout, and one that then ends is not outstanding", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await settled();
    const { signal, down } = check.at();
    signal.addEventListener("abort", () => down(new Error("The operation was aborted.")));
    await clock.advance(499);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.aborted).toBe(true);
    expect(state()).toMatchObject({ status: "down", reason: "No answer within 500 ms." });
  });

  test("may still say what it found when it is aborted", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await settled();
    const { signal, up } = check.at();
    signal.addEventListener("abort", () => up({ status: "degraded", reason: "busy" }));
    await clock.advance(500);
    expect(state()).toMatchObject({ status: "degraded", reason: "busy" });
  });

  test("whose answer came while the event loop was busy is not down", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await settled();
    clock.stall(2000);
    // The loop turns again: timers that are due fire first, then the answer is read.
    const turned = clock.advance(0);
    check.at().up();
    await turned;
    expect(check.at().signal.aborted).toBe(false);
    expect(state().status).toBe("up");
  });

  test("begins its timeout when it begins, and not in the turn that asked for it", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    clock.stall(600);
    await clock.advance(100);
    check.at().up();
    await settled();
    expect(state().status).toBe("up");
  });

  test("has its whole timeout from the turn after the one that began it", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await settled();
    clock.stall(600);
    await clock.advance(499);
    expect(check.at().signal.aborted).toBe(false);
    await clock.advance(1);
    expect(state()).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
  });

  test("whose answer comes while the event loop is busy past its timeout is not aborted", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await clock.advance(0);
    clock.after(500, () => check.at().up());
    clock.stall(2000);
    await clock.advance(0);
    expect(check.at().signal.aborted).toBe(false);
    expect(state().status).toBe("up");
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("sync");
      },
    ],
    ["rejects with nothing", () => Promise.reject(undefined)],
    ["rejects with a string", () => Promise.reject("text")],
    [
      "returns a thenable that throws",
      () => ({
        get then() {
          throw new Error("then");
        },
      }),
    ],
    [
      "returns a thenable that calls back twice",
      () => ({
        then(_: unknown, no: (e: unknown) => void) {
          no("one");
          no("two");
        },
      }),
    ],
  ])("that %s is down", async (_, run) => {
    const clock = new FakeClock();
    const definition = defineCheck({ scope: "dependency", run });
    const quiet = {
      describe: describeFailure,
      onChange: () => {},
      onResult: () => {},
      onVerdict: () => {},
    };
    const runner = new CheckRunner(settingsOf(definition), definition, {
      clock,
      random: () => 0,
      ...quiet,
    });
    await runner.refresh();
    expect(runner.state.status).toBe("down");
  });
});

describe("hung runs", () => {
  test("are two at most, and then the check is down at once", async () => {
    const { clock, check, runner, state, hang } = setUp({ failureThreshold: 5, maxAge: 0 });
    void runner.refresh();
    await settled();
    check.at().up();
    await settled();
    await hang();
    await hang();
    for (let second = 0; second < 29; second++) {
      await runner.refresh();
      expect(clock.now() < runner.freshUntil()).toBe(true);
      await clock.advance(1000);
    }
    expect(check.runs).toHaveLength(3);
    expect(state()).toMatchObject({
      status: "down",
      reason: "2 runs hang; no more are started for now.",
    });
  });

  test("are tried again after 30 s, 60 s, 120 s, 240 s and 300 s", async () => {
    const { clock, check, runner, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    const startedAt: number[] = [];
    const since = clock.now();
    for (let second = 0; second < 1200; second++) {
      const before = check.runs.length;
      void runner.refresh();
      await settled();
      if (check.runs.length > before) startedAt.push(Math.round((clock.now() - since) / 1000));
      await clock.advance(1000);
    }
    // Each attempt takes 0.5 s to be written off, and the probes come at whole seconds.
    expect(startedAt).toEqual([30, 91, 212, 453, 754, 1055]);
  });

  test("that never end do not keep an attempt that is answered from bringing the check back", async () => {
    const { clock, check, runner, state, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    await clock.advance(30_000);
    for (let run = 2; run < 5; run++) {
      void runner.refresh();
      await settled();
      check.at(run).up();
      await settled();
      expect(state()).toMatchObject({ status: "up", reason: undefined });
    }
    await hang();
    expect(state()).toMatchObject({
      status: "down",
      reason: "2 runs hang; no more are started for now.",
    });
    expect(clock.now() < runner.freshUntil()).toBe(true);
  });

  test("let the next run start as soon as one of them has ended", async () => {
    const { clock, check, runner, state, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    expect(clock.now() < runner.freshUntil()).toBe(true);
    check.at(0).down(new Error("connection reset"));
    await settled();
    expect(clock.now() < runner.freshUntil()).toBe(false);
    void runner.refresh();
    await settled();
    check.at(2).up();
    await settled();
    expect(state().status).toBe("up");
  });

  test("keep a check with an interval down for as long as they hang", async () => {
    const { clock, changes, runner, state, hang } = setUp({ interval: 1000, restartAfter: 10_000 });
    await hang();
    await hang();
    for (let second = 0; second < 1200; second++) {
      void runner.refresh();
      await clock.advance(1000);
      expect(state()).toMatchObject({ status: "down", code: "HALE_HUNG" });
    }
    runner.deadlinePassed();
    expect(state().status).toBe("down");
    expect(changes.map(({ to }) => to)).toEqual(["down"]);
  });

  test("that end late make the old result unusable, whatever its maxAge", async () => {
    const { clock, check, runner, state, hang } = setUp({ maxAge: 60_000 });
    await hang();
    await clock.advance(60_000);
    await hang();
    expect(state().reason).toBe("2 runs hang; no more are started for now.");
    check.at(0).up();
    check.at(1).up();
    await settled();
    expect(clock.now() < runner.freshUntil()).toBe(false);
    await finish({ check, runner }, "up");
    expect(check.runs).toHaveLength(3);
    expect(state()).toMatchObject({ status: "up", reason: undefined });
  });

  test("that end late are taken off the count, so that as many may hang again", async () => {
    const { clock, check, runner, state, hang } = setUp({ maxAge: 0 });
    await hang();
    check.at(0).down(new Error("reset"));
    await settled();
    await hang();
    expect(state().reason).toBe("No answer within 500 ms.");
    expect(clock.now() < runner.freshUntil()).toBe(false);
    await hang();
    expect(state().reason).toBe("2 runs hang; no more are started for now.");
  });

  test("that end late do not count as a result", async () => {
    const { check, changes, state, hang } = setUp();
    await hang();
    check.at(0).up();
    await settled();
    expect(state().status).toBe("down");
    expect(changes).toHaveLength(1);
  });

  test("start the back-off again from 30 s when one has ended", async () => {
    const { clock, check, runner, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    await clock.advance(30_000);
    await hang();
    check.at(0).up();
    check.at(1).up();
    await settled();
    await hang();
    const hungAt = clock.now();
    await clock.advance(29_999);
    expect(clock.now() < runner.freshUntil()).toBe(true);
    await clock.advance(1);
    expect(clock.now() - hungAt).toBe(30_000);
    expect(clock.now() < runner.freshUntil()).toBe(false);
  });
});

describe("age", () => {
  test("keeps the state of a check whose run a probe waits for while the result is young enough", async () => {
    const { clock, check, runner, state } = setUp();
    void runner.refresh();
    await settled();
    check.at().up();
    await settled();
    await clock.advance(1500);
    runner.deadlinePassed();
    expect(state().status).toBe("up");
    await clock.advance(1);
    expect(state().status).toBe("up");
    runner.deadlinePassed();
    expect(state()).toMatchObject({
      status: "unknown",
      reason:
        "The last result is older than 1500 ms: the event loop was busy, or the process stood still.",
      code: "HALE_STALE",
    });
  });

  test("is unknown before the first result", () => {
    const { state } = setUp();
    expect(state()).toMatchObject({
      status: "unknown",
      reason: "The check has not finished its first run.",
      code: "HALE_NOT_RUN",
    });
  });

  test("on demand changes nothing by itself, however long nobody asks", async () => {
    const { clock, check, changes, runner, state } = setUp();
    await finish({ check, runner }, "up");
    await clock.advance(10_000_000);
    expect(state().status).toBe("up");
    expect(changes).toHaveLength(1);
  });

  test("of an hour makes the next outcome the first one, whatever the thresholds", async () => {
    const { clock, check, changes, runner, hang } = setUp({ failureThreshold: 3 });
    await finish({ check, runner }, "up");
    await clock.advance(3_600_000);
    await hang();
    expect(changes.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      "unknown -> up",
      "up -> down",
    ]);
  });

  test("of a minute leaves the thresholds as they are", async () => {
    const { clock, check, changes, runner, hang } = setUp({ failureThreshold: 3 });
    await finish({ check, runner }, "up");
    await clock.advance(60_000);
    await hang();
    expect(changes).toHaveLength(1);
  });

  test("with an interval makes the state unknown by a timer, without anyone who looks", async () => {
    const { clock, check, changes, runner, state } = setUp({ interval: 1000 });
    await finish({ check, runner }, "up");
    await clock.advance(3500);
    expect(changes.at(-1)).toEqual({
      ...{ check: "db", from: "up", to: "unknown" },
      reason:
        "The last result is older than 3500 ms: the event loop was busy, or the process stood still.",
      code: "HALE_STALE",
    });
    expect(state()).toMatchObject({ status: "unknown", wasUp: true, staleAt: undefined });
  });

  test("with an interval counts from one interval before the end of a run that was slower", async () => {
    const { clock, check, changes, runner, state } = setUp({ interval: 1000, timeout: 10_000 });
    void runner.refresh();
    await clock.advance(9000);
    check.at().down(new Error("gone"));
    await settled();
    expect(state()).toMatchObject({ startedAt: 0, staleAt: 8000 + 13_000 });
    expect(runner.freshUntil()).toBe(8000 + 13_000);
    // No run has begun since.
    await clock.advance(11_999);
    expect(changes.map(({ to }) => to)).toEqual(["down"]);
    await clock.advance(1);
    expect(changes.map(({ to }) => to)).toEqual(["down", "unknown"]);
  });

  test("with an interval is the same for a probe that has waited to its deadline", async () => {
    const { clock, check, runner, state } = setUp({ interval: 1000, timeout: 10_000 });
    void runner.refresh();
    await clock.advance(9000);
    check.at().down(new Error("gone"));
    await settled();
    await clock.advance(11_000);
    void runner.refresh();
    await clock.advance(1000);
    runner.deadlinePassed();
    expect(state().status).toBe("down");
    await clock.advance(1);
    runner.deadlinePassed();
    expect(state().status).toBe("unknown");
  });

  test("with an interval is decided by the run that has begun before it", async () => {
    const { clock, check, changes, runner, state } = setUp({ interval: 1000 });
    await finish({ check, runner }, "up");
    await clock.advance(3400);
    void runner.refresh();
    await clock.advance(200);
    expect(state().status).toBe("up");
    check.at().up();
    await settled();
    expect(changes).toHaveLength(1);
    await clock.advance(3298);
    expect(state().status).toBe("up");
  });
});

describe("the thresholds", () => {
  const down = { failureThreshold: 3, successThreshold: 2, maxAge: 0 };

  test("start anew after more than 60 s without a run, so that an outage is shown at once", async () => {
    const { clock, check, changes, runner, hang, state } = setUp(down);
    await finish({ check, runner }, "up");
    await clock.advance(3_600_000);
    await hang();
    expect(state().status).toBe("down");
    expect(changes.map(({ from, to }) => `${from} ${to}`)).toEqual(["unknown up", "up down"]);
  });

  test("go on after 60 s without a run", async () => {
    const { clock, check, runner, state } = setUp(down);
    await finish({ check, runner }, "up");
    await clock.advance(60_000);
    await finish({ check, runner }, "down");
    expect(state().status).toBe("up");
  });

  test("start anew after unknown", async () => {
    const { clock, check, runner, state } = setUp(down);
    await finish({ check, runner }, "up");
    await clock.advance(501);
    runner.deadlinePassed();
    await finish({ check, runner }, "down");
    expect(state().status).toBe("down");
  });

  test("count on with an interval, however long a run takes to come", async () => {
    const { clock, check, runner, state } = setUp({ failureThreshold: 3, interval: 100_000 });
    await finish({ check, runner }, "up");
    await clock.advance(200_000);
    await finish({ check, runner }, "down");
    expect(state().status).toBe("up");
  });

  test("that hide an outcome keep the reason of the run that made the state", async () => {
    const { check, runner, state } = setUp({ successThreshold: 2, maxAge: 0 });
    await finish({ check, runner }, "down", new Error("refused"));
    await finish({ check, runner }, "up");
    expect(state()).toMatchObject({ status: "down", reason: "refused" });
    await finish({ check, runner }, "down", new Error("reset"));
    expect(state()).toMatchObject({ status: "down", reason: "reset" });
  });
});

describe("restartAfter", () => {
  async function outage(wasUp: boolean, random: number) {
    const parts = setUp({ restartAfter: 10_000, maxAge: 0 }, () => random);
    const { check, runner } = parts;
    if (wasUp) {
      void runner.refresh();
      await settled();
      check.at().up();
      await settled();
    }
    void runner.refresh();
    await settled();
    check.at().down(new Error("gone"));
    await settled();
    return parts;
  }

  test.each([
    [0, 10_000],
    [1, 15_000],
  ])("with chance %d is due after %i ms of an outage", async (random, wait) => {
    const { clock, state, verdicts } = await outage(true, random);
    expect(state().restartAt).toBe(clock.now() + wait);
    const before = verdicts.length;
    await clock.advance(wait - 1);
    expect(verdicts).toHaveLength(before);
    await clock.advance(1);
    // Liveness fails by time alone, so an answer that is kept is made anew.
    expect(verdicts).toHaveLength(before + 1);
  });

  test("is never due when the check was never up in this process", async () => {
    const { clock, state } = await outage(false, 0);
    await clock.advance(10_000_000);
    expect(state().restartAt).toBeUndefined();
  });

  test("is no longer due once the check is up, and counts from the next outage", async () => {
    const { clock, check, runner, state } = await outage(true, 0);
    await clock.advance(10_000);
    expect(state().restartAt).toBe(clock.now());
    await finish({ check, runner }, "up");
    expect(state().restartAt).toBeUndefined();
    await finish({ check, runner }, "down");
    expect(state()).toMatchObject({ status: "down", restartAt: clock.now() + 10_000 });
  });

  test("counts from the first run of an outage, whatever later ones find", async () => {
    const { clock, check, runner, state } = await outage(true, 0);
    const { restartAt } = state();
    await clock.advance(5000);
    await finish({ check, runner }, "down");
    expect(state().restartAt).toBe(restartAt);
  });
});

test("a change is told once, with its reason", async () => {
  const { clock, check, changes, runner } = setUp({ maxAge: 0 });
  for (const end of ["up", "up", "down", "down"] as const) {
    void runner.refresh();
    await settled();
    if (end === "up") check.at().up();
    else check.at().down(new Error("refused"));
    await clock.advance(1);
  }
  expect(changes).toEqual([
    { check: "db", from: "unknown", to: "up", reason: undefined, code: undefined },
    { check: "db", from: "up", to: "down", reason: "refused", code: undefined },
  ]);
});

test("a check that asks for its own state joins its own run", async () => {
  const { clock, check, runner } = setUp();
  const run = check.run;
  const asking = new CheckRunner(
    runner.settings,
    defineCheck({
      scope: "dependency",
      run: async (context) => {
        void asking.refresh();
        return run(context);
      },
    }),
    {
      clock,
      random: () => 0,
      describe: describeFailure,
      onChange: () => {},
      onResult: () => {},
      onVerdict: () => {},
    },
  );
  void asking.refresh();
  await settled();
  expect(check.runs).toHaveLength(1);
});

test("a check that is closed while it loads leaves no timer behind, and runs nothing", async () => {
  const clock = new FakeClock();
  let loaded = () => {};
  let runs = 0;
  const definition: Check = {
    ...defineCheck({ scope: "dependency", run: () => void runs++ }),
    prepare: () =>
      new Promise<void>((resolve) => {
        loaded = resolve;
      }),
  };
  const runner = new CheckRunner(settingsOf(definition), definition, {
    ...{ clock, random: () => 0, describe: describeFailure },
    ...{ onChange: () => {}, onResult: () => {}, onVerdict: () => {} },
  });
  void runner.refresh();
  await settled();
  runner.close();
  loaded();
  await settled();
  expect([clock.pending, runs]).toEqual([0, 0]);
});

test("what a check loads first is no part of its run's time", async () => {
  const clock = new FakeClock();
  let loaded = () => {};
  const definition: Check = {
    ...defineCheck({ scope: "dependency", run: () => {} }),
    prepare: () =>
      new Promise<void>((resolve) => {
        loaded = resolve;
      }),
  };
  const runner = new CheckRunner(settingsOf(definition), definition, {
    ...{ clock, random: () => 0, describe: describeFailure },
    ...{ onChange: () => {}, onResult: () => {}, onVerdict: () => {} },
  });
  const done = runner.refresh();
  await clock.advance(5000);
  expect(runner.state).toMatchObject({ status: "unknown", startedAt: undefined });
  loaded();
  await done;
  expect(runner.state.status).toBe("up");
});

test("a run of a check that is loaded has its whole timeout", async () => {
  const { clock, check, runner } = setUp();
  const definition = {
    ...defineCheck({ scope: "dependency", run: check.run }),
    prepare: async () => {},
  };
  const prepared = new CheckRunner(runner.settings, definition, {
    ...{ clock, random: () => 0, describe: describeFailure },
    ...{ onChange: () => {}, onResult: () => {}, onVerdict: () => {} },
  });
  void prepared.refresh();
  await clock.advance(499);
  expect(check.at().signal.aborted).toBe(false);
  await clock.advance(1);
  expect(prepared.state).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
});

test("what cannot be loaded is down, and is loaded again at the next run", async () => {
  const clock = new FakeClock();
  const loads: number[] = [];
  const definition = {
    ...defineCheck({ scope: "dependency", maxAge: 0, run: () => {} }),
    async prepare() {
      loads.push(clock.now());
      if (loads.length === 1) throw new Error("no such file");
    },
  };
  const runner = new CheckRunner(settingsOf(definition), definition, {
    ...{ clock, random: () => 0, describe: describeFailure },
    ...{ onChange: () => {}, onResult: () => {}, onVerdict: () => {} },
  });
  await runner.refresh();
  expect(runner.state).toMatchObject({ status: "down", reason: "no such file" });
  await runner.refresh();
  expect(runner.state.status).toBe("up");
  expect(loads).toHaveLength(2);
});

test("closing aborts the run under way, lets go of who waits, and starts no other", async () => {
  const { check, runner, state } = setUp();
  const wait = runner.refresh();
  await settled();
  runner.close();
  await wait;
  expect(check.at().signal.aborted).toBe(true);
  await runner.refresh();
  expect(check.runs).toHaveLength(1);
  expect(state()).toMatchObject({ status: "unknown", code: "HALE_CLOSED" });
});

test("a closed runner starts no run, whether it has run before or not", async () => {
  const { check, runner } = setUp({ maxAge: 0 });
  const { check: idle, runner: neverRan } = setUp();
  await finish({ check, runner }, "up");
  for (const closed of [runner, neverRan]) {
    closed.close();
    await closed.refresh();
  }
  await settled();
  expect([check.runs.length, idle.runs.length]).toEqual([1, 0]);
});

test("a run that says up when it is aborted has verified nothing", async () => {
  const { check, clock, runner, state } = setUp();
  const done = runner.refresh();
  await settled();
  const { signal, up } = check.at();
  signal.addEventListener("abort", () => up());
  await clock.advance(500);
  await done;
  expect(state()).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
});

test("a run that is aborted by the closing has the reason on its signal", async () => {
  const { check, runner } = setUp();
  void runner.refresh();
  await settled();
  runner.close();
  expect(check.at().signal.reason).toMatchObject({
    code: "HALE_CLOSED",
    message: "This health is closed.",
  });
});

test("a closed runner is asked no more: its state stays, whatever its run says and however time passes", async () => {
  const { check, changes, clock, runner, state } = setUp();
  await finish({ check, runner }, "up");
  await clock.advance(2000);
  void runner.refresh();
  await settled();
  runner.close();
  expect(runner.freshUntil()).toBe(Infinity);
  check.at().down(new Error("too late"));
  await clock.advance(100_000);
  runner.deadlinePassed();
  expect(state()).toMatchObject({ status: "unknown", code: "HALE_CLOSED", wasUp: true });
  expect(changes).toHaveLength(1);
});

describe("at a moment that is not the clock's first", () => {
  test("a run has its own duration, and a result its own age", async () => {
    const { check, clock, runner, state } = setUp();
    await clock.advance(50_000);
    const done = runner.refresh();
    await clock.advance(20);
    check.at().up();
    await done;
    expect(state()).toMatchObject({ startedAt: 50_000, duration: 20, restartAt: undefined });
    expect(runner.freshUntil()).toBe(51_000);
    await clock.advance(1480);
    runner.deadlinePassed();
    expect(state().status).toBe("up");
    await clock.advance(1);
    runner.deadlinePassed();
    expect(state().status).toBe("unknown");
  });

  test("a short pause leaves the thresholds as they are", async () => {
    const { check, changes, clock, runner } = setUp({ failureThreshold: 2 });
    await clock.advance(50_000);
    await finish({ check, runner }, "up");
    await clock.advance(50_000);
    await finish({ check, runner }, "down", new Error("once"));
    expect(changes).toHaveLength(1);
  });

  test("a result of an interval becomes stale three intervals and a timeout after its start", async () => {
    const { check, clock, runner, state } = setUp({ interval: 1000 });
    await clock.advance(50_000);
    await finish({ check, runner }, "up");
    await clock.advance(3499);
    expect(state().status).toBe("up");
    await clock.advance(1);
    expect(state().status).toBe("unknown");
  });

  test("an interval of another's makes a result hold for longer, and its end for as long as before", async () => {
    const { check, clock, runner } = setUp();
    runner.sampledAt(undefined);
    expect(clock.now() < runner.freshUntil()).toBe(false);
    runner.sampledAt(2000);
    await clock.advance(50_000);
    await finish({ check, runner }, "up");
    expect(runner.freshUntil()).toBe(50_000 + 6500);
    runner.sampledAt(undefined);
    expect(runner.freshUntil()).toBe(51_000);
  });
});

test("a check without restartAfter never says when liveness fails", async () => {
  const { check, clock, runner, state } = setUp({ maxAge: 0 });
  await finish({ check, runner }, "up");
  await finish({ check, runner }, "down", new Error("gone"));
  expect(state()).toMatchObject({ status: "down", restartAt: undefined });
  expect(clock.pending).toBe(0);
});

test("a run that was asked for in the turn of the closing does not begin", async () => {
  const { check, runner } = setUp();
  const wait = runner.refresh();
  runner.close();
  await wait;
  await settled();
  expect(check.runs).toHaveLength(0);
});
