import { describe, expect, test } from "vitest";
import * as checks from "../../src/checks/index.ts";
import { percent, statusOfLevel } from "../../src/checks/internal/process/process-check.ts";
import { Sustained } from "../../src/checks/internal/process/window-minimum.ts";
import { createHealth } from "../../src/health.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** Every check that asks about this process or its files, with the least that it takes. */
const CHECKS: Readonly<Record<string, { make: (options: never) => unknown; least: object }>> = {
  disk: { make: checks.disk, least: { path: "/tmp" } },
  eventLoop: { make: checks.eventLoop, least: {} },
  files: { make: checks.files, least: { path: "/tmp" } },
  heap: { make: checks.heap, least: {} },
  memory: { make: checks.memory, least: {} },
  openFiles: { make: checks.openFiles, least: {} },
  progress: { make: checks.progress, least: { within: 1000 } },
  uptime: { make: checks.uptime, least: {} },
};

const messageOf = (check: string, options: object) => {
  const { make, least } = CHECKS[check] ?? { make: () => {}, least: {} };
  return haleErrorOf(() => make({ ...least, ...options } as never));
};

describe.each(Object.entries(CHECKS))("%s()", (name, { make, least }) => {
  test("refuses an option that it does not have", () => {
    const { code, message } = messageOf(name, { timeuot: 1 });
    expect(code).toBe("HALE_UNKNOWN_OPTION");
    expect(message).toContain(`${name}() has no option "timeuot". Did you mean "timeout"?`);
  });

  test("refuses options that are no object", () => {
    expect(haleErrorOf(() => make(7 as never)).message).toBe(
      `The option "options" of ${name}() must be an object with names and values, but is a number.`,
    );
  });

  test("takes the options of every check", () => {
    const options = {
      ...least,
      timeout: 300,
      critical: false,
      failureThreshold: 3,
      interval: 1000,
    };
    const check = make(options as never) as { options: object };
    expect(check.options).toMatchObject({ timeout: 300, critical: false, failureThreshold: 3 });
  });

  test("is refused where it has no Node, with what to do", () => {
    if (name === "progress") return expect(make(least as never)).toBeDefined();
    const { process } = globalThis;
    try {
      Object.assign(globalThis, { process: undefined });
      const { code, message } = messageOf(name, {});
      expect(code).toBe("HALE_NO_NODE_MODULE");
      expect(message).toMatch(/^\w+\(\) needs node:\w+, which this runtime does not have. Leave/);
    } finally {
      Object.assign(globalThis, { process });
    }
  });
});

test.each([
  ["disk", { path: "" }, '"path" of disk() must be a path, as a text that is not empty'],
  ["disk", { path: undefined }, '"path" of disk() must be a path'],
  ["files", { path: "a\0b" }, '"path" of files() must be a path'],
  ["files", { access: "execute" }, '"access" of files() must be one of "write", "read"'],
  [
    "heap",
    { degradedAt: 85 },
    '"degradedAt" of heap() must be a share of more than 0 and at most 1',
  ],
  ["heap", { window: 10 }, '"window" of heap() must be a whole number of milliseconds from 1000'],
  ["memory", { downAt: 0 }, '"downAt" of memory() must be a share of more than 0 and at most 1'],
  ["progress", { within: undefined }, '"within" of progress() must be a whole number'],
  ["progress", { startWithin: 0 }, '"startWithin" of progress() must be a whole number'],
  [
    "uptime",
    { degradedAfter: -1 },
    '"degradedAfter" of uptime() must be a number of milliseconds from 60000 on',
  ],
  ["eventLoop", { degradedAt: 100 }, '"degradedAt" of eventLoop() must be an object'],
  [
    "eventLoop",
    { downAt: { delay: "1 s" } },
    '"delay" of eventLoop() must be a number of millisec',
  ],
  ["eventLoop", { downAt: { utilisation: 95 } }, '"utilisation" of eventLoop() must be a share'],
])("%s(%o) is refused: %s", (check, options, expected) => {
  const { code, message } = messageOf(check, options);
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(expected);
});

test.each([
  [
    "heap",
    { downAt: 0.8 },
    'option "downAt" of heap() must be more than "degradedAt", which is 0.85, but is 0.8.',
  ],
  ["memory", { degradedAt: 0.9, downAt: 0.9 }, 'more than "degradedAt", which is 0.9, but is 0.9.'],
  ["disk", { downAt: 0.5 }, 'more than "degradedAt", which is 0.9, but is 0.5.'],
  ["openFiles", { downAt: 0.5 }, 'more than "degradedAt", which is 0.8, but is 0.5.'],
  [
    "eventLoop",
    { downAt: { delay: 50 } },
    'option "downAt.delay" of eventLoop() must be more than "degradedAt.delay", which is 100, but is 50.',
  ],
  [
    "eventLoop",
    { degradedAt: { utilisation: 0.5 }, downAt: { utilisation: 0.4 } },
    'more than "degradedAt.utilisation", which is 0.5, but is 0.4.',
  ],
])("%s(%o) would be down before it is degraded, and is refused", (check, options, expected) => {
  const { code, message } = messageOf(check, options);
  expect(code).toBe("HALE_BAD_OPTION");
  expect(message).toContain(expected);
});

describe("by default", () => {
  const probesOf = async (check: unknown) => {
    const health = createHealth({ checks: { it: check as never }, logger: false });
    const reports = await Promise.all(
      (["liveness", "readiness", "deep"] as const).map((probe) => health.report(probe)),
    );
    await health.close();
    return reports.filter(({ checks }) => checks.length > 0).map(({ probe }) => probe);
  };

  test.each([
    ["heap", checks.heap()],
    ["memory", checks.memory()],
    ["openFiles", checks.openFiles()],
    ["uptime", checks.uptime()],
    ["progress", checks.progress({ within: 1000 })],
  ])("%s, which a restart mends, takes part in liveness", async (_, check) => {
    expect(await probesOf(check)).toEqual(["liveness", "readiness", "deep"]);
  });

  test.each([
    ["eventLoop", checks.eventLoop()],
    ["disk", checks.disk({ path: "/tmp" })],
    ["files", checks.files({ path: "/tmp" })],
  ])("%s, which a restart does not mend, takes part in readiness and deep", async (_, check) => {
    expect(await probesOf(check)).toEqual(["readiness", "deep"]);
  });

  test.each([
    ["eventLoop", checks.eventLoop({ probes: ["liveness"] }), ["liveness"]],
    ["disk", checks.disk({ path: "/tmp", probes: ["liveness", "deep"] }), ["liveness", "deep"]],
    [
      "disk",
      checks.disk({ path: "/tmp", restartAfter: 60_000 }),
      ["liveness", "readiness", "deep"],
    ],
  ])("not: %s may be put into liveness", async (_, check, expected) => {
    expect(await probesOf(check)).toEqual(expected);
  });
});

describe("what is sustained", () => {
  const level = (window: number, ...looks: (readonly [number, number])[]) => {
    const sustained = new Sustained(window);
    for (const [at, value] of looks) sustained.add(at, value);
    return sustained.level;
  };

  test("is not known before a window has passed", () => {
    expect(level(1000)).toBeUndefined();
    expect(level(1000, [0, 5])).toBeUndefined();
    expect(level(1000, [0, 5], [999, 5])).toBeUndefined();
    expect(level(1000, [0, 5], [999, 5], [1000, 5])).toBe(5);
  });

  test("is the lowest figure, so that a spike does not count", () => {
    expect(level(1000, [0, 1], [500, 9], [1000, 2])).toBe(1);
  });

  test("forgets what is older than the window, but for where that begins", () => {
    expect(level(1000, [0, 1], [500, 9], [1000, 9], [1400, 9])).toBe(1);
    expect(level(1000, [0, 1], [500, 9], [1000, 9], [1500, 9])).toBe(9);
  });

  test("is that of two looks, where looks are rarer than the window is long", () => {
    expect(level(1000, [0, 9], [60_000, 8])).toBe(8);
    expect(level(1000, [0, 1], [60_000, 8])).toBe(1);
    expect(level(1000, [0, 1], [60_000, 8], [120_000, 9])).toBe(8);
  });

  test("is looked at ten times a window at most, however often a check runs", () => {
    const sustained = new Sustained(1000);
    expect(sustained.isDue(0)).toBe(true);
    sustained.add(0, 1);
    expect([1, 99, 100].map((now) => sustained.isDue(now))).toEqual([false, false, true]);
  });
});

test("a figure is judged by the highest threshold that it reaches", () => {
  const thresholds = { degradedAt: 0.8, downAt: 0.9 };
  expect(
    [0.79, 0.8, 0.89, 0.9, 1].map((figure) => statusOfLevel(figure, thresholds).status),
  ).toEqual(["up", "degraded", "degraded", "down", "down"]);
  expect(statusOfLevel(1, { degradedAt: 0.8, downAt: undefined })).toEqual({
    status: "degraded",
    limit: 0.8,
  });
});

test("a share is told rounded down, but one that is even stays as it is", () => {
  expect([0.949, 0.57, 0.29, 1].map(percent)).toEqual(["94 %", "57 %", "29 %", "100 %"]);
});

test("a share below 1 % keeps one decimal, so that a figure and its threshold are told apart from 0", () => {
  const shares = [0.00115, 0.001, 0.003, 0.00999, 0.01, 0.0199, 0].map(percent);
  expect(shares).toEqual(["0.1 %", "0.1 %", "0.3 %", "0.9 %", "1 %", "1 %", "0 %"]);
});
