import { describe, expect, test } from "vitest";
import { type CheckOptions, defineCheck, type Scope } from "../../src/contract/check.ts";
import { resolveSettings } from "../../src/engine/settings.ts";

function settingsOf(own: CheckOptions, defaults: CheckOptions = {}, scope: Scope = "dependency") {
  return resolveSettings("db", defineCheck({ ...own, scope, run: () => {} }), defaults, 800);
}

describe("what nothing is said about", () => {
  test("is decided by hale", () => {
    expect(settingsOf({})).toEqual({
      name: "db",
      groups: [],
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
    expect(resolveSettings("db", check, {}, 300).timeout).toBe(200);
  });

  test("puts a process check in liveness too", () => {
    expect(settingsOf({}, {}, "process").probes).toEqual(["liveness", "readiness", "deep"]);
  });
});

test("a check's own option goes before the default of the service", () => {
  const defaults = { timeout: 300, maxAge: 5, critical: false };
  expect(settingsOf({ timeout: 200, maxAge: undefined }, defaults)).toMatchObject({
    timeout: 200,
    maxAge: 5,
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
  ["HALE_BAD_OPTION", { restartAfter: 5, probes: ["deep"] }, "dependency"],
  ["HALE_BAD_OPTION", { timeout: 0 }, "dependency"],
])("%s is the error for %j of a %s check", (code, options, scope) => {
  expect(() => settingsOf(options, {}, scope)).toThrow(expect.objectContaining({ code }));
});

test("a timeout up to the deadline less 100 is taken, and a longer one with an interval", () => {
  expect(settingsOf({ timeout: 700 }).timeout).toBe(700);
  expect(settingsOf({ timeout: 5000, interval: 10_000 }).timeout).toBe(5000);
});
