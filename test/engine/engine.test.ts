import { describe, expect, test } from "vitest";
import { type CheckOptions, defineCheck } from "../../src/contract/check.ts";
import { Engine } from "../../src/engine/engine.ts";
import { HistoryRecorder } from "../../src/engine/history.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { FakeClock, settled } from "../_support/fake-clock.ts";
import { ScriptedCheck } from "../_support/scripted-check.ts";

function setUp(options: Readonly<Record<string, CheckOptions>>, random = () => 0.5) {
  const clock = new FakeClock();
  const scripts = new Map(Object.keys(options).map((name) => [name, new ScriptedCheck()]));
  const script = (name: string) => {
    const found = scripts.get(name);
    if (found === undefined) throw new Error(`There is no check ${name}.`);
    return found;
  };
  const checks = new Map(
    Object.entries(options).map(([name, own]) => [
      name,
      defineCheck({ ...own, scope: "dependency", run: script(name).run }),
    ]),
  );
  const history = new HistoryRecorder(clock, 86_400_000);
  const engine = new Engine(checks, {
    clock,
    random,
    onState: (state) => history.record(state),
    deadline: 800,
    defaults: {},
    describe: describeFailure,
    onChange: () => {},
    onResult: () => {},
    onVerdict: () => {},
  });
  const deep = engine.participants("deep");
  const settle = async () => {
    await engine.refresh(deep);
    return { at: clock.now(), statuses: engine.states(deep).map(({ status }) => status) };
  };
  return { clock, engine, deep, script, settle, history };
}

describe("a probe", () => {
  test("waits for every run, and for none longer than its timeout", async () => {
    const { clock, script, settle } = setUp({ quick: {}, slow: { timeout: 700 } });
    const answer = settle();
    await clock.advance(10);
    script("quick").at().up();
    await clock.advance(790);
    expect(await answer).toEqual({ at: 700, statuses: ["up", "down"] });
  });

  test("is answered at the deadline when a run takes longer", async () => {
    const { clock, script, settle } = setUp({ quick: {}, slow: { timeout: 5000, interval: 9000 } });
    const answer = settle();
    await clock.advance(1);
    script("quick").at().up();
    await clock.advance(799);
    expect(await answer).toEqual({ at: 800, statuses: ["up", "unknown"] });
  });

  test("takes what arrived while the event loop was busy past the deadline", async () => {
    const { clock, script, settle } = setUp({ db: { timeout: 700 } });
    const answer = settle();
    await settled();
    clock.stall(3000);
    const turned = clock.advance(0);
    script("db").at().up();
    await turned;
    expect((await answer).statuses).toEqual(["up"]);
  });

  test("leaves no timer behind", async () => {
    const { clock, script, settle } = setUp({ db: {} });
    const answer = settle();
    await settled();
    script("db").at().up();
    await answer;
    expect(clock.pending).toBe(0);
  });

  test("costs one run when a thousand come at once, on a cold start", async () => {
    const { script, settle } = setUp({ db: {} });
    const answers = Array.from({ length: 1000 }, settle);
    await settled();
    script("db").at().up();
    await Promise.all(answers);
    expect(script("db").runs).toHaveLength(1);
  });

  test("costs one run in each maxAge when a thousand come one after the other", async () => {
    const { clock, script, settle } = setUp({ db: { maxAge: 1000 } });
    for (let probe = 0; probe < 1000; probe++) {
      const runs = script("db").runs.length;
      const answer = settle();
      await settled();
      if (script("db").runs.length > runs) script("db").at().up();
      await answer;
      await clock.advance(10);
    }
    expect(script("db").runs).toHaveLength(10);
  });

  test("does not run a check that is not asked about", async () => {
    const { engine, script } = setUp({ one: {}, other: {} });
    const asked = engine.participants("deep").filter(({ settings }) => settings.name === "one");
    const answer = engine.refresh(asked);
    await settled();
    script("one").at().up();
    await answer;
    expect(script("other").runs).toHaveLength(0);
  });
});

describe("a check with an interval", () => {
  test("runs in the background, with jitter, and no probe runs it", async () => {
    const chances = [0, 1, 0.5];
    const { clock, script, settle } = setUp(
      { db: { interval: 1000 } },
      () => chances.shift() ?? 0.5,
    );
    // The first chance is taken by the jitter of restartAfter.
    const startedAt: number[] = [];
    for (let time = 0; time <= 4000; time += 50) {
      const runs = script("db").runs.length;
      await clock.advance(time === 0 ? 0 : 50);
      if (script("db").runs.length > runs) {
        startedAt.push(clock.now());
        script("db").at().up();
        await settled();
      }
      expect((await settle()).statuses).toEqual(["up"]);
    }
    expect(startedAt).toEqual([0, 1100, 2100, 3100]);
  });

  test("is waited for when it has no result yet", async () => {
    const { clock, script, settle } = setUp({ db: { interval: 1000 } });
    await clock.advance(0);
    const answer = settle();
    await settled();
    script("db").at().up();
    expect((await answer).statuses).toEqual(["up"]);
    expect(script("db").runs).toHaveLength(1);
  });

  test("is unknown when its last result is older than three intervals and a timeout", async () => {
    const { clock, script, settle } = setUp({ db: { interval: 1000, timeout: 60_000 } });
    await clock.advance(0);
    script("db").at().up();
    await settled();
    clock.stall(62_999);
    expect((await settle()).statuses).toEqual(["up"]);
    clock.stall(2);
    const answer = settle();
    await clock.advance(800);
    expect((await answer).statuses).toEqual(["unknown"]);
    script("db").at().up();
    await settled();
    expect((await settle()).statuses).toEqual(["up"]);
  });

  test("stops with the engine", async () => {
    const { clock, engine, script } = setUp({ db: { interval: 1000 } });
    await clock.advance(0);
    script("db").at().up();
    await settled();
    engine.close();
    await clock.advance(10_000);
    expect(script("db").runs).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

test("several checks are fresh until the first of them is not", async () => {
  const { clock, engine, deep, script } = setUp({ database: { maxAge: 500 }, cache: {} });
  const refreshed = engine.refresh(deep);
  await clock.advance(0);
  script("database").at().up();
  script("cache").at().up();
  await refreshed;
  await clock.advance(499);
  expect(engine.areFresh(deep)).toBe(true);
  await clock.advance(1);
  expect(engine.areFresh(deep)).toBe(false);
  await clock.advance(499);
  expect(engine.areFresh(deep.slice(1))).toBe(true);
  await clock.advance(1);
  expect(engine.areFresh(deep.slice(1))).toBe(false);
});

describe("sampleAll()", () => {
  test("runs the checks that have no interval at this one, and leaves the others theirs", async () => {
    const { clock, engine, script } = setUp({ database: {}, cache: { interval: 30_000 } });
    await clock.advance(0);
    script("cache").at().up();
    engine.sampleAll(5000);
    await clock.advance(0);
    script("database").at().up();
    await clock.advance(5000);
    expect([script("database").runs.length, script("cache").runs.length]).toEqual([2, 1]);
    expect(engine.runners.map(({ settings }) => settings.interval)).toEqual([5000, 30_000]);
  });

  test("makes results hold for as long as those of an interval do", async () => {
    const { clock, engine, deep, script } = setUp({ database: {} });
    engine.sampleAll(5000);
    await clock.advance(0);
    script("database").at().up();
    await clock.advance(4000);
    expect(engine.areFresh(deep)).toBe(true);
  });

  test("ends when the last of its callers ends it", async () => {
    const { clock, engine, deep, script } = setUp({ database: {}, cache: { interval: 30_000 } });
    const [endFirst, endSecond] = [engine.sampleAll(5000), engine.sampleAll(1000)];
    await clock.advance(0);
    script("database").at().up();
    script("cache").at().up();
    endFirst();
    endFirst();
    await clock.advance(5000);
    script("database").at().up();
    expect(script("database").runs).toHaveLength(2);
    endSecond();
    await clock.advance(20_000);
    expect(script("database").runs).toHaveLength(2);
    expect(engine.runners.map(({ settings }) => settings.interval)).toEqual([undefined, 30_000]);
    expect(engine.states(deep)[0]).toMatchObject({ status: "up", staleAt: undefined });
    expect(engine.areFresh(deep.slice(0, 1))).toBe(false);
  });

  test("leaves a history in which a check is unknown once nothing has run it for a minute", async () => {
    const { clock, engine, script, history } = setUp({ database: {} });
    const end = engine.sampleAll(5000);
    await clock.advance(0);
    script("database").at().up();
    await clock.advance(0);
    end();
    const statuses = (name: string) =>
      history
        .read()
        .checks.get(name)
        ?.entries.map(({ status }) => status);
    await clock.advance(60_000);
    expect(statuses("database")).toEqual(["up"]);
    await clock.advance(1);
    expect(statuses("database")).toEqual(["up", "unknown"]);
  });

  test("begins again after it has ended", async () => {
    const { clock, engine, script } = setUp({ database: {} });
    engine.sampleAll(5000)();
    engine.sampleAll(1000);
    await clock.advance(0);
    script("database").at().up();
    await clock.advance(1000);
    expect(script("database").runs).toHaveLength(2);
  });

  test("ends with the engine", async () => {
    const { clock, engine, script } = setUp({ database: {} });
    engine.sampleAll(5000);
    await clock.advance(0);
    engine.close();
    await clock.advance(60_000);
    expect(script("database").runs.length).toBe(1);
    expect(clock.pending).toBe(0);
  });
});

test("a result is told of at every run that ends, also when it found what was known", async () => {
  let results = 0;
  const clock = new FakeClock();
  const check = defineCheck({ scope: "process", interval: 1000, run: async () => {} });
  const engine = new Engine(new Map([["memory", check]]), {
    clock,
    random: () => 0.5,
    deadline: 800,
    defaults: {},
    describe: describeFailure,
    onChange: () => {},
    onResult: () => results++,
    onVerdict: () => {},
  });
  await clock.advance(3000);
  expect(results).toBe(4);
  engine.close();
});
