import { describe, expect, test } from "vitest";
import type { Probe } from "../../src/contract/probe.ts";
import type { CheckState } from "../../src/engine/check-state.ts";
import type { CheckSettings } from "../../src/engine/settings.ts";
import type { LifecycleSnapshot } from "../../src/report/build-report.ts";
import {
  type CheckSource,
  type Participant,
  type ProbeQuery,
  Reporter,
} from "../../src/report/reporter.ts";
import { settled } from "../_support/fake-clock.ts";

const SETTINGS: CheckSettings = {
  ...{ name: "database", groups: [], hop: false, scope: "dependency", timeout: 500, maxAge: 1000 },
  ...{ interval: undefined, failureThreshold: 1, successThreshold: 1, critical: true },
  ...{ shared: false, probes: ["readiness", "deep"], restartAfter: undefined },
};

/** A check of a source that counts what it is asked. */
class Check implements Participant {
  status: CheckState["status"] = "up";
  freshUntil = Number.POSITIVE_INFINITY;
  /** How often its settings were read. */
  reads = 0;
  readonly #settings: CheckSettings;

  constructor(settings: Partial<CheckSettings>) {
    this.#settings = { ...SETTINGS, ...settings };
  }

  get settings(): CheckSettings {
    this.reads++;
    return this.#settings;
  }

  get state(): CheckState {
    return {
      settings: this.#settings,
      status: this.status,
      wasUp: true,
      reason: undefined,
      code: undefined,
      observations: undefined,
      startedAt: 0,
      duration: 1,
      restartAt: undefined,
      staleAt: undefined,
    };
  }
}

class Source implements CheckSource<Check> {
  time = 0;
  /** The checks of each refresh, and what ends it. */
  readonly refreshes: { readonly names: readonly string[]; readonly end: () => void }[] = [];
  readonly #checks: readonly Check[];

  constructor(checks: readonly Check[]) {
    this.#checks = checks;
  }

  now(): number {
    return this.time;
  }

  participants(probe: Probe): readonly Check[] {
    return this.#checks.filter(({ state }) => state.settings.probes.includes(probe));
  }

  areFresh(checks: readonly Check[]): boolean {
    return checks.every((check) => this.time < check.freshUntil);
  }

  states(checks: readonly Check[]): readonly CheckState[] {
    return checks.map(({ state }) => state);
  }

  refresh(checks: readonly Check[]): Promise<void> {
    const names = checks.map(({ state }) => state.settings.name);
    return new Promise((end) => this.refreshes.push({ names, end }));
  }
}

function setUp(...given: Partial<CheckSettings>[]) {
  const checks = given.map((settings) => new Check(settings));
  const source = new Source(checks);
  const lifecycle: { -readonly [K in keyof LifecycleSnapshot]: LifecycleSnapshot[K] } = {
    phase: "serving",
    started: true,
    tasks: [],
  };
  return { checks, source, lifecycle, reporter: new Reporter(source, lifecycle) };
}

const DEEP: ProbeQuery = { probe: "deep" };
const DATABASE = { name: "database" };
const CACHE = { name: "cache" };
const GATEWAY = { name: "payments.gateway", groups: ["payments"] };
const UPSTREAM = { name: "upstream", hop: true };

describe("has()", () => {
  test("knows the checks and groups of each probe, and nothing else", () => {
    const { reporter } = setUp(DATABASE, { ...GATEWAY, probes: ["deep"] });
    const known = (probe: Probe) =>
      ["database", "payments", "payments.gateway", "pay", "", "constructor"].filter((name) =>
        reporter.has(probe, name),
      );
    expect(known("deep")).toEqual(["database", "payments", "payments.gateway"]);
    expect(known("readiness")).toEqual(["database"]);
    expect(known("liveness")).toEqual([]);
  });

  test("reads the settings of the checks once for each probe", () => {
    const { checks, reporter } = setUp(DATABASE, CACHE);
    const reads = () => checks.reduce((sum, check) => sum + check.reads, 0);
    reporter.has("deep", "database");
    const first = reads();
    reporter.has("deep", "cache");
    expect(reads()).toBe(first);
  });
});

describe("a report that is available at once", () => {
  test("is built when it is read, once, of the states of the moment of asking", () => {
    const { checks, reporter } = setUp(DATABASE);
    const lazy = reporter.reportIfFresh(DEEP);
    for (const check of checks) check.status = "down";
    expect(lazy?.report()).toMatchObject({ status: "up", checks: [{ status: "up" }] });
    expect(lazy?.report()).toBe(lazy?.report());
  });

  test("is there while every check that is asked about is fresh", () => {
    const { checks, source, reporter } = setUp(DATABASE, CACHE);
    for (const [index, check] of checks.entries()) check.freshUntil = 100 + index * 100;
    const fresh = (query: ProbeQuery) => reporter.reportIfFresh(query) !== undefined;
    const all = () => [
      fresh(DEEP),
      fresh({ probe: "deep", check: "cache" }),
      fresh({ probe: "deep", exclude: ["database"] }),
      fresh({ probe: "liveness" }),
    ];
    expect(all()).toEqual([true, true, true, true]);
    source.time = 100;
    expect(all()).toEqual([false, true, true, true]);
    source.time = 200;
    expect(all()).toEqual([false, false, false, true]);
  });

  test("is not while the same is being refreshed, so that who comes joins", () => {
    const { reporter } = setUp(DATABASE);
    void reporter.refresh({ probe: "deep", exclude: ["a", "b"] });
    expect(reporter.reportIfFresh({ probe: "deep", exclude: ["b", "a"] })).toBeUndefined();
    expect(reporter.reportIfFresh(DEEP)).toBeDefined();
  });
});

describe("a report is unchanged", () => {
  test("until something that a verdict rests on changes", () => {
    const { reporter } = setUp(DATABASE);
    const version = () => reporter.reportIfFresh(DEEP)?.version ?? Number.NaN;
    const first = version();
    expect(reporter.isUnchanged(DEEP, first)).toBe(true);
    reporter.invalidate();
    expect(reporter.isUnchanged(DEEP, first)).toBe(false);
    expect(reporter.isUnchanged(DEEP, version())).toBe(true);
  });

  test("until startup is done, which no event tells of while the service drains", () => {
    const { reporter, lifecycle } = setUp(DATABASE);
    lifecycle.started = false;
    const version = reporter.reportIfFresh(DEEP)?.version ?? Number.NaN;
    lifecycle.started = true;
    expect(reporter.isUnchanged(DEEP, version)).toBe(false);
  });

  test("until both happen at once, which do not cancel out", () => {
    const { reporter, lifecycle } = setUp(DATABASE);
    lifecycle.started = false;
    const version = reporter.reportIfFresh(DEEP)?.version ?? Number.NaN;
    reporter.invalidate();
    lifecycle.started = true;
    expect(reporter.isUnchanged(DEEP, version)).toBe(false);
  });

  test("only while no check of it has to run", () => {
    const { checks, source, reporter } = setUp(DATABASE);
    for (const check of checks) check.freshUntil = 100;
    const version = reporter.reportIfFresh(DEEP)?.version ?? Number.NaN;
    source.time = 99;
    expect(reporter.isUnchanged(DEEP, version)).toBe(true);
    source.time = 100;
    expect(reporter.isUnchanged(DEEP, version)).toBe(false);
    expect(reporter.isUnchanged({ probe: "liveness" }, version)).toBe(true);
  });
});

test("a report of one check is the verdict of this check alone, critical or not", () => {
  const { checks, reporter } = setUp({ ...CACHE, critical: false }, DATABASE);
  for (const check of checks) check.status = "down";
  expect(reporter.last({ probe: "deep", check: "cache" }).report()).toMatchObject({
    check: "cache",
    status: "down",
    checks: [{ name: "cache", critical: false }],
  });
});

describe("a refresh", () => {
  test("runs what the query asks about, and nothing else", () => {
    const { source, reporter } = setUp(DATABASE, CACHE, GATEWAY, UPSTREAM);
    const queries: ProbeQuery[] = [
      DEEP,
      { probe: "deep", check: "cache" },
      { probe: "deep", check: "payments" },
      { probe: "deep", exclude: ["cache", "nothing"] },
      { probe: "deep", exclude: ["payments"] },
      { probe: "deep", hop: true },
      { probe: "deep", check: "cache", exclude: ["cache"] },
      { probe: "deep", check: "payments", exclude: ["payments"] },
      { probe: "deep", check: "payments.gateway", exclude: ["payments"] },
      { probe: "liveness" },
    ];
    for (const query of queries) void reporter.refresh(query);
    expect(source.refreshes.map(({ names }) => names.join(" "))).toEqual([
      "database cache payments.gateway upstream",
      "cache",
      "payments.gateway",
      "database payments.gateway upstream",
      "database cache upstream",
      "database cache payments.gateway",
      "cache",
      "payments.gateway",
      "payments.gateway",
      "",
    ]);
  });

  test.each<[string, ProbeQuery, ProbeQuery]>([
    ["a probe", DEEP, { probe: "deep", exclude: [] }],
    ["a check", { probe: "deep", check: "cache" }, { probe: "deep", check: "cache", hop: false }],
    ["a probe of another health", { probe: "deep", hop: true }, { probe: "deep", hop: true }],
    [
      "the same names left out, in any order and number",
      { probe: "deep", exclude: ["a", "b"] },
      { probe: "deep", exclude: ["b", "a", "b"] },
    ],
  ])("is shared by all who ask the same: %s", (_, one, other) => {
    const { source, reporter } = setUp(DATABASE, CACHE);
    expect(reporter.refresh(one)).toBe(reporter.refresh(other));
    expect(source.refreshes).toHaveLength(1);
  });

  test("is nobody's who asks something else", () => {
    const { source, reporter } = setUp(DATABASE, CACHE);
    const queries: ProbeQuery[] = [
      DEEP,
      { probe: "readiness" },
      { probe: "deep", hop: true },
      { probe: "deep", check: "a" },
      { probe: "deep", check: "b" },
      { probe: "deep", exclude: ["a"] },
      { probe: "deep", exclude: ["b"] },
      { probe: "deep", exclude: ["a", "b"] },
      // Names may hold whatever a URL does.
      { probe: "deep", exclude: ["a,b"] },
      { probe: "deep", exclude: ['a","b'] },
      { probe: "deep", exclude: ["a"], check: "b" },
      { probe: "deep", exclude: ["a"], hop: true },
      { probe: "deep", maxAge: 500 },
      { probe: "deep", maxAge: 900 },
      { probe: "deep", maxAge: Number.POSITIVE_INFINITY },
      { probe: "deep", exclude: ["a"], maxAge: 500 },
    ];
    const refreshes = queries.map((query) => reporter.refresh(query));
    expect(new Set(refreshes).size).toBe(queries.length);
    expect(source.refreshes).toHaveLength(queries.length);
  });

  test("with a time of its own is shared with no other", () => {
    const { source, reporter } = setUp(DATABASE);
    const refreshes = [undefined, 100, 100].map((within) => reporter.refresh(DEEP, within));
    expect(new Set(refreshes).size).toBe(3);
    expect(source.refreshes).toHaveLength(3);
  });

  test("that has ended is not joined, and tells of what was found meanwhile", async () => {
    const { checks, source, reporter } = setUp(DATABASE);
    const first = reporter.refresh(DEEP);
    for (const check of checks) check.status = "down";
    source.refreshes[0]?.end();
    expect((await first).report().status).toBe("down");
    expect(reporter.refresh(DEEP)).not.toBe(first);
    await settled();
    expect(source.refreshes).toHaveLength(2);
  });
});

describe("startup", () => {
  const BROKEN = { name: "broken", probes: ["startup"] } as const;

  /** Lets a check of startup be as it is, and reads the report of a query. */
  const report = (
    { reporter }: ReturnType<typeof setUp>,
    query: ProbeQuery = { probe: "startup" },
  ) => reporter.reportIfFresh(query)?.report();

  test("is up for good once it was reported as up, and asks no check then", () => {
    const served = setUp(BROKEN);
    const [check] = served.checks;
    expect(report(served)).toMatchObject({ status: "up", checks: [{ name: "broken" }] });
    if (check !== undefined) check.status = "down";
    expect(report(served)).toMatchObject({ status: "up", checks: [] });
    void served.reporter.refresh({ probe: "startup" });
    expect(served.source.refreshes[0]?.names).toEqual([]);
    // Whoever asks about the check itself is told how it is.
    expect(report(served, { probe: "startup", check: "broken" })?.status).toBe("down");
  });

  test("that is up for good leaves the other probes with their checks", () => {
    const served = setUp({ name: "database", probes: ["startup", "readiness"] });
    report(served);
    expect(report(served, { probe: "readiness" })?.checks).toHaveLength(1);
  });

  test("stays down after a report of it was", () => {
    const served = setUp(BROKEN);
    for (const check of served.checks) check.status = "down";
    expect(report(served)?.status).toBe("down");
    expect(report(served)?.status).toBe("down");
  });

  test("is up for who waited while another was told so", () => {
    const served = setUp(BROKEN);
    const [check] = served.checks;
    if (check !== undefined) check.status = "down";
    const waiting = served.reporter.reportIfFresh({ probe: "startup" });
    if (check !== undefined) check.status = "up";
    expect(report(served)?.status).toBe("up");
    expect(waiting?.report()).toMatchObject({ status: "up", checks: [] });
  });

  test.each<[string, ProbeQuery]>([
    ["leaves out what fails", { probe: "startup", exclude: ["broken"] }],
    ["leaves out nothing that there is", { probe: "startup", exclude: ["nothing"] }],
    ["comes from another health", { probe: "startup", hop: true }],
    ["asks about one check", { probe: "startup", check: "fine" }],
    ["asks about one group", { probe: "startup", check: "all" }],
    ["asks another probe", { probe: "readiness" }],
  ])("is not up for good because of a report that %s", (_, query) => {
    const served = setUp({ name: "fine", groups: ["all"], probes: ["startup"] }, BROKEN);
    report(served, query);
    const [, broken] = served.checks;
    if (broken !== undefined) broken.status = "down";
    expect(report(served)?.status).toBe("down");
  });

  test("is not up for good before it is done, and then is whatever the phase", () => {
    const served = setUp(BROKEN);
    served.lifecycle.started = false;
    expect(report(served)?.status).toBe("down");
    served.lifecycle.started = true;
    served.lifecycle.phase = "draining";
    expect(report(served)?.status).toBe("up");
  });
});

test("what a query leaves out costs no check more, however many names it has", () => {
  const readsFor = (count: number) => {
    const { checks, reporter } = setUp(
      ...Array.from({ length: 400 }, (_, index) => ({ name: `check-${index}` })),
    );
    const exclude = Array.from({ length: count }, (_, index) => `name-${index}`);
    expect(reporter.reportIfFresh({ probe: "deep", exclude })?.report().checks).toHaveLength(400);
    return checks.reduce((sum, { reads }) => sum + reads, 0);
  };
  expect(readsFor(1)).toBeLessThanOrEqual(400 * 4);
  expect(readsFor(1800)).toBe(readsFor(1));
});

test("what a query leaves out is read a few times, however many checks there are", () => {
  const { reporter } = setUp(
    ...Array.from({ length: 400 }, (_, index) => ({ name: `check-${index}` })),
  );
  let reads = 0;
  const names = Array.from({ length: 1800 }, (_, index) => `name-${index}`);
  const exclude = new Proxy(names, {
    get(target, key) {
      if (/^\d+$/.test(String(key))) reads++;
      return Reflect.get(target, key);
    },
  });
  expect(reporter.reportIfFresh({ probe: "deep", exclude })?.report().checks).toHaveLength(400);
  expect(reads).toBeLessThan(8 * 1800);
});
