import { describe, expect, test } from "vitest";
import { type CheckOptions, defineCheck, type Scope } from "../../src/contract/check.ts";
import { refuseContradictoryDefaults, resolveSettings } from "../../src/engine/settings.ts";

function settingsOf(own: CheckOptions, defaults: CheckOptions = {}, scope: Scope = "dependency") {
  return resolveSettings("db", defineCheck({ ...own, scope, run: () => {} }), {
    defaults,
    deadline: 800,
  });
}

describe("what nothing is said about", () => {
  test("is decided by hale", () => {
    expect(settingsOf({})).toEqual({
      name: "db",
      groups: [],
      hop: false,
      scope: "dependency",
      timeout: 500,
      maxAge: 1000,
      interval: undefined,
      failureThreshold: 1,
      successThreshold: 1,
      critical: true,
      shared: false,
      probes: ["readiness", "deep"],
      restartAfter: undefined,
    });
  });

  test("has a timeout below a short deadline", () => {
    const check = defineCheck({ scope: "dependency", run: () => {} });
    expect(resolveSettings("db", check, { defaults: {}, deadline: 300 }).timeout).toBe(200);
  });

  test("puts a process check in liveness too", () => {
    expect(settingsOf({}, {}, "process").probes).toEqual(["liveness", "readiness", "deep"]);
  });
});

test("a check's own option goes before the default of the service", () => {
  const defaults = { timeout: 300, maxAge: 500, critical: false };
  expect(settingsOf({ timeout: 200, maxAge: undefined }, defaults)).toMatchObject({
    timeout: 200,
    maxAge: 500,
    critical: false,
  });
});

test("restartAfter puts a dependency in liveness", () => {
  expect(settingsOf({ restartAfter: 60_000 }).probes).toContain("liveness");
});

test("a default of shared is not for the process itself", () => {
  expect(settingsOf({}, { shared: true }, "process").shared).toBe(false);
  expect(settingsOf({}, { shared: true }).shared).toBe(true);
});

test.each<[string, CheckOptions, Scope]>([
  ["HALE_TIMEOUT_OVER_DEADLINE", { timeout: 701 }, "dependency"],
  ["HALE_DEPENDENCY_IN_LIVENESS", { probes: ["liveness"] }, "dependency"],
  ["HALE_DEPENDENCY_IN_STARTUP", { probes: ["startup"] }, "dependency"],
  ["HALE_BAD_OPTION", { shared: true }, "process"],
  ["HALE_BAD_OPTION", { restartAfter: 10_000, probes: ["deep"] }, "dependency"],
  ["HALE_BAD_OPTION", { timeout: 0 }, "dependency"],
  ["HALE_BAD_OPTION", { timeout: 49 }, "dependency"],
  ["HALE_BAD_OPTION", { maxAge: 99 }, "dependency"],
  ["HALE_BAD_OPTION", { interval: 99 }, "dependency"],
  ["HALE_BAD_OPTION", { restartAfter: 9999 }, "dependency"],
  ["HALE_BAD_OPTION", { restartAfter: 10_000, critical: false }, "dependency"],
  ["HALE_BAD_OPTION", { interval: 1000, maxAge: 1000 }, "dependency"],
])("%s is the error for %j of a %s check", (code, options, scope) => {
  expect(() => settingsOf(options, {}, scope)).toThrow(expect.objectContaining({ code }));
});

test.each<[CheckOptions, Scope, string]>([
  [
    { timeout: 701 },
    "dependency",
    'The timeout of the check "db" is 701 ms, over its maximum of 700 ms: the deadline less 100 ms. Lower it, or set an "interval".',
  ],
  [
    { probes: ["liveness"] },
    "dependency",
    'The check "db" of a dependency cannot take part in liveness, because a restart does not repair a dependency. Remove "liveness" from its probes, or set "restartAfter".',
  ],
  [
    { probes: ["startup"] },
    "dependency",
    'The check "db" of a dependency cannot take part in startup, because a restart does not repair a dependency. Remove "startup" from its probes.',
  ],
  [
    { shared: true },
    "process",
    'The option "shared" of the check "db" must be left out of a check of the process, but is true.',
  ],
  [
    { restartAfter: 10_000, critical: false },
    "dependency",
    'The option "critical" of the check "db" must be true, or left out, beside "restartAfter", but is false.',
  ],
  [
    { restartAfter: 10_000, probes: ["readiness", "deep"] },
    "dependency",
    'The option "probes" of the check "db" must be a list with "liveness" for "restartAfter", but is [readiness, deep].',
  ],
  [
    { interval: 1000, maxAge: 2000 },
    "dependency",
    'The option "maxAge" of the check "db" must be left out beside "interval", but is 2000.',
  ],
])("the error for %j of a %s check says what to write", (options, scope, message) => {
  expect(() => settingsOf(options, {}, scope)).toThrow(expect.objectContaining({ message }));
});

test.each<[CheckOptions, string]>([
  [{ timeout: 701 }, "The timeout of defaults is 701 ms, over its maximum of 700 ms:"],
  [
    { interval: 1000, maxAge: 2000 },
    'The option "maxAge" of defaults must be left out beside "interval", but is 2000.',
  ],
])("defaults that contradict each other, %j, are refused as those of a check are", (own, says) => {
  expect(() => refuseContradictoryDefaults(own, 800)).toThrow(says);
});

test("defaults that fit each other are taken", () => {
  expect(() => refuseContradictoryDefaults({ timeout: 5000, interval: 10_000 }, 800)).not.toThrow();
});

test("a timeout up to the deadline less 100 is taken, and a longer one with an interval", () => {
  expect(settingsOf({ timeout: 700 }).timeout).toBe(700);
  expect(settingsOf({ timeout: 5000, interval: 10_000 }).timeout).toBe(5000);
});

test.each<[CheckOptions, string, string]>([
  [{ restartAfter: 120 }, "restartAfter", "120000"],
  [{ interval: 30 }, "interval", "30000"],
  [{ timeout: 5, interval: 10_000 }, "timeout", "5000"],
  [{ maxAge: 10 }, "maxAge", "10000"],
  [{ restartAfter: 999 }, "restartAfter", "999000"],
])("a time below its floor, %j, is refused with its likely meaning", (own, option, meant) => {
  expect(() => settingsOf(own)).toThrow(new RegExp(`"${option}".*milliseconds.*${meant}`));
});

test("a time that would be far too long in seconds is refused without a guess", () => {
  for (const restartAfter of [1000, 5000, 9999]) {
    expect(() => settingsOf({ restartAfter })).toThrow(new RegExp(`but is ${restartAfter}\\.$`));
  }
});

test("the smallest times are taken, and a maxAge of 0", () => {
  expect(settingsOf({ timeout: 50, maxAge: 0 })).toMatchObject({ timeout: 50, maxAge: 0 });
  expect(settingsOf({ interval: 100, restartAfter: 10_000 })).toMatchObject({
    interval: 100,
    restartAfter: 10_000,
  });
  expect(settingsOf({ maxAge: 100 }).maxAge).toBe(100);
});

test("a check's own interval or maxAge takes the place of the other's default", () => {
  expect(settingsOf({ interval: 5000 }, { maxAge: 3000 })).toMatchObject({
    interval: 5000,
    maxAge: 1000,
  });
  expect(settingsOf({ maxAge: 3000 }, { interval: 5000 })).toMatchObject({
    interval: undefined,
    maxAge: 3000,
  });
});

test("what a hand-made check is not made of is refused by its name", () => {
  const handMade = (parts: object) => () =>
    resolveSettings(
      "db",
      { ...defineCheck({ scope: "dependency", run: () => {} }), ...parts },
      {
        defaults: {},
        deadline: 800,
      },
    );
  const refused = expect.objectContaining({ code: "HALE_BAD_OPTION" });
  for (const [option, parts] of Object.entries({
    scope: { scope: "machine" },
    run: { run: "select 1" },
    close: { close: 5 },
  })) {
    expect(handMade(parts)).toThrow(refused);
    expect(handMade(parts)).toThrow(`"${option}" of the check "db"`);
  }
});
