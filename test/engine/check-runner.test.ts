import { describe, expect, test } from "vitest";
import { type CheckOptions, defineCheck } from "../../src/contract/check.ts";
import type { ChangeEvent } from "../../src/contract/health.ts";
import { CheckRunner } from "../../src/engine/check-runner.ts";
import type { Clock } from "../../src/engine/clock.ts";
import { outcomeOf } from "../../src/engine/outcome.ts";
import { resolveSettings } from "../../src/engine/settings.ts";
import { reasonOf } from "../../src/report/reason.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { ScriptedCheck } from "../_support/scripted-check.ts";

function setUp(
  options: CheckOptions = {},
  random = () => 0,
  clock: FakeClock & Partial<Clock> = new FakeClock(),
) {
  const check = new ScriptedCheck();
  const changes: ChangeEvent[] = [];
  const definition = defineCheck({ ...options, scope: "dependency", run: check.run });
  const runner = new CheckRunner(resolveSettings("db", definition, {}, 800), check.run, {
    clock,
    random,
    words: { explain: reasonOf, read: outcomeOf },
    onChange: (event) => changes.push(event),
    onResult: () => {},
    onVerdict: () => {},
  });
  const view = (pending = false) => runner.view(clock.now(), pending);
  /** Starts a run that hangs, and lets it be written off. */
  const hang = async () => {
    void runner.refresh();
    await clock.advance(500);
  };
  return { clock, check, changes, runner, view, hang };
}

describe("where a request may not wait for another's promise", () => {
  const perRequest = () =>
    setUp({}, () => 0, Object.assign(new FakeClock(), { perRequest: true as const }));

  test("each caller makes a run of its own, and the result is kept for all", async () => {
    const { check, runner, clock, view } = perRequest();
    const waits = [runner.refresh(), runner.refresh()];
    await settled();
    expect(check.runs).toHaveLength(2);
    check.at(1).up();
    await waits[1];
    expect(view()).toMatchObject({ status: "up" });
    expect(runner.isCurrent(clock.now())).toBe(true);
  });

  test("runs that hang hold no other back", async () => {
    const { check, runner, hang, view } = perRequest();
    for (let run = 0; run < 4; run++) await hang();
    expect(check.runs).toHaveLength(4);
    expect(view()).toMatchObject({ status: "down", reason: "No answer within 500 ms." });
    const wait = runner.refresh();
    await settled();
    check.at(4).up();
    await wait;
    expect(view()).toMatchObject({ status: "up" });
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
    expect(runner.isCurrent(clock.now())).toBe(true);
    await clock.advance(1);
    expect(runner.isCurrent(clock.now())).toBe(false);
  });
});

describe("a run", () => {
  test("is aborted at its timeout, and one that then ends is not outstanding", async () => {
    const { clock, check, runner, view } = setUp();
    void runner.refresh();
    await settled();
    const { signal, down } = check.at();
    signal.addEventListener("abort", () => down(new Error("The operation was aborted.")));
    await clock.advance(499);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.aborted).toBe(true);
    expect(view()).toMatchObject({ status: "down", reason: "No answer within 500 ms." });
  });

  test("may still say what it found when it is aborted", async () => {
    const { clock, check, runner, view } = setUp();
    void runner.refresh();
    await settled();
    const { signal, up } = check.at();
    signal.addEventListener("abort", () => up({ status: "degraded", reason: "busy" }));
    await clock.advance(500);
    expect(view()).toMatchObject({ status: "degraded", reason: "busy" });
  });

  test("whose answer came while the event loop was busy is not down", async () => {
    const { clock, check, runner, view } = setUp();
    void runner.refresh();
    await settled();
    clock.stall(2000);
    // The loop turns again: timers that are due fire first, then the answer is read.
    const turned = clock.advance(0);
    check.at().up();
    await turned;
    expect(check.at().signal.aborted).toBe(false);
    expect(view().status).toBe("up");
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
    const settings = resolveSettings("db", defineCheck({ scope: "dependency", run }), {}, 800);
    const quiet = {
      words: { explain: reasonOf, read: outcomeOf },
      onChange: () => {},
      onResult: () => {},
      onVerdict: () => {},
    };
    const runner = new CheckRunner(settings, run, { clock, random: () => 0, ...quiet });
    await runner.refresh();
    expect(runner.view(0, false).status).toBe("down");
  });
});

describe("hung runs", () => {
  test("are two at most, and then the check is down at once", async () => {
    const { clock, check, runner, view, hang } = setUp({ failureThreshold: 5, maxAge: 0 });
    void runner.refresh();
    await settled();
    check.at().up();
    await settled();
    await hang();
    await hang();
    for (let second = 0; second < 29; second++) {
      await runner.refresh();
      expect(runner.isCurrent(clock.now())).toBe(true);
      await clock.advance(1000);
    }
    expect(check.runs).toHaveLength(3);
    expect(view()).toMatchObject({ status: "down", reason: "2 runs have not ended." });
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
    const { clock, check, runner, view, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    await clock.advance(30_000);
    for (let run = 2; run < 5; run++) {
      void runner.refresh();
      await settled();
      check.at(run).up();
      await settled();
      expect(view()).toMatchObject({ status: "up", reason: undefined });
    }
    await hang();
    expect(view()).toMatchObject({ status: "down", reason: "2 runs have not ended." });
    expect(runner.isCurrent(clock.now())).toBe(true);
  });

  test("let the next run start as soon as one of them has ended", async () => {
    const { clock, check, runner, view, hang } = setUp({ maxAge: 0 });
    await hang();
    await hang();
    expect(runner.isCurrent(clock.now())).toBe(true);
    check.at(0).down(new Error("connection reset"));
    await settled();
    expect(runner.isCurrent(clock.now())).toBe(false);
    void runner.refresh();
    await settled();
    check.at(2).up();
    await settled();
    expect(view().status).toBe("up");
  });

  test("that end late do not count as a result", async () => {
    const { check, changes, view, hang } = setUp();
    await hang();
    check.at(0).up();
    await settled();
    expect(view().status).toBe("down");
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
    expect(runner.isCurrent(clock.now())).toBe(true);
    await clock.advance(1);
    expect(clock.now() - hungAt).toBe(30_000);
    expect(runner.isCurrent(clock.now())).toBe(false);
  });
});

describe("age", () => {
  test("keeps the state of a check that is pending while the result is young enough", async () => {
    const { clock, check, runner, view } = setUp();
    void runner.refresh();
    await settled();
    check.at().up();
    await settled();
    await clock.advance(1500);
    expect(view(true).status).toBe("up");
    await clock.advance(1);
    expect(view(true)).toMatchObject({
      status: "unknown",
      reason: "The last result is older than 1500 ms.",
    });
  });

  test("is unknown before the first result", () => {
    const { view } = setUp();
    expect(view()).toMatchObject({
      status: "unknown",
      reason: "The check has not finished its first run.",
    });
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
    const { clock, view } = await outage(true, random);
    await clock.advance(wait - 1);
    expect(view()).toMatchObject({ restartDue: false, restartIn: 1 });
    await clock.advance(1);
    expect(view()).toMatchObject({ restartDue: true, restartIn: 0 });
  });

  test("is never due when the check was never up in this process", async () => {
    const { clock, view } = await outage(false, 0);
    await clock.advance(10_000_000);
    expect(view()).toMatchObject({ restartDue: false, restartIn: undefined });
  });

  test("is no longer due once the check is up, and counts from the next outage", async () => {
    const { clock, check, runner, view } = await outage(true, 0);
    await clock.advance(10_000);
    expect(view().restartDue).toBe(true);
    for (const end of ["up", "down"] as const) {
      void runner.refresh();
      await settled();
      check.at()[end]();
      await settled();
    }
    expect(view()).toMatchObject({ status: "down", restartDue: false });
    await clock.advance(10_000);
    expect(view().restartDue).toBe(true);
  });
});

test("a change is told once, with its reason", async () => {
  const { clock, check, changes, runner } = setUp({ maxAge: 0 });
  for (const end of ["up", "up", "down", "down"] as const) {
    void runner.refresh();
    await settled();
    check.at()[end](new Error("refused"));
    await clock.advance(1);
  }
  expect(changes).toEqual([
    { check: "db", from: "unknown", to: "up", reason: undefined },
    { check: "db", from: "up", to: "down", reason: "refused" },
  ]);
});

test("a check that asks for its own state joins its own run", async () => {
  const { clock, check, runner } = setUp();
  const run = check.run;
  const asking = new CheckRunner(
    runner.settings,
    async (context) => {
      void asking.refresh();
      return run(context);
    },
    {
      clock,
      random: () => 0,
      words: { explain: reasonOf, read: outcomeOf },
      onChange: () => {},
      onResult: () => {},
      onVerdict: () => {},
    },
  );
  void asking.refresh();
  await settled();
  expect(check.runs).toHaveLength(1);
});

test("closing aborts the run under way, lets go of who waits, and starts no other", async () => {
  const { check, runner, view } = setUp();
  const wait = runner.refresh();
  await settled();
  runner.close();
  await wait;
  expect(check.at().signal.aborted).toBe(true);
  await runner.refresh();
  expect(check.runs).toHaveLength(1);
  expect(view().status).toBe("unknown");
});
