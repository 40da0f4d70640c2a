import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { defineCheck, isCheck } from "../../src/contract/check.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const run = () => {};

describe("defineCheck", () => {
  test("keeps the scope and the run, and gathers everything else as options", () => {
    const check = defineCheck({ scope: "process", run, timeout: 50, critical: false });
    expect(check).toMatchObject({
      scope: "process",
      run,
      options: { timeout: 50, critical: false },
    });
    expect(Object.keys(check)).toEqual(["scope", "run", "close", "options"]);
    expect(Object.keys(check.options)).toEqual(["timeout", "critical"]);
  });

  test.each<[string, unknown, string, RegExp]>([
    ["nothing", undefined, "HALE_BAD_OPTION", /"options" of defineCheck\(\) .* but is undefined\./],
    ["a function", run, "HALE_BAD_OPTION", /"options" of defineCheck\(\) .* but is a function\./],
    ["no run", { scope: "process" }, "HALE_BAD_OPTION", /"run" of defineCheck\(\)/],
    ["no scope", { run }, "HALE_BAD_OPTION", /"scope" of defineCheck\(\)/],
    [
      "a scope that does not exist",
      { scope: "proces", run },
      "HALE_BAD_OPTION",
      /but is "proces"\. Did you mean "process"\?$/,
    ],
    ["a run that is no function", { scope: "process", run: 5 }, "HALE_BAD_OPTION", /"run"/],
    [
      "a close that is no function",
      { scope: "process", run, close: 5 },
      "HALE_BAD_OPTION",
      /"close"/,
    ],
    [
      "a time below its floor",
      { scope: "process", run, timeout: 5 },
      "HALE_BAD_OPTION",
      /"timeout"/,
    ],
    [
      "a misspelt option",
      { scope: "process", run, timout: 500 },
      "HALE_UNKNOWN_OPTION",
      /^defineCheck\(\) has no option "timout"\. Did you mean "timeout"\?/,
    ],
  ])("refuses %s where it is written", (_, definition, code, message) => {
    const error = haleErrorOf(() => defineCheck(definition as never));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  test("makes something that cannot be changed", () => {
    const check = defineCheck({ scope: "process", run, timeout: 50 });
    expect(Object.isFrozen(check)).toBe(true);
    expect(Object.isFrozen(check.options)).toBe(true);
    expect(() => Object.assign(check, { scope: "dependency" })).toThrow(TypeError);
    expect(() => Object.assign(check.options, { timeout: 60 })).toThrow(TypeError);
  });

  test("leaves the definition that it was given as it was", () => {
    const definition = { scope: "process", run, timeout: 50 } as const;
    const check = defineCheck(definition);
    expect(definition).toEqual({ scope: "process", run, timeout: 50 });
    expect(Object.isFrozen(definition)).toBe(false);
    expect(check.options).not.toBe(definition);
  });

  test("has one key for a close, also where there is none", () => {
    const close = () => {};
    expect(defineCheck({ scope: "process", run, close }).close).toBe(close);
    expect(defineCheck({ scope: "process", run }).close).toBeUndefined();
  });

  test("does not run the check", () => {
    let runs = 0;
    defineCheck({ scope: "process", run: () => runs++ });
    expect(runs).toBe(0);
  });
});

describe("isCheck", () => {
  test("knows what defineCheck made", () => {
    expect(isCheck(defineCheck({ scope: "process", run }))).toBe(true);
  });

  test("knows what another copy of the package made", () => {
    const other: unknown = runInNewContext(
      'Object.freeze({ [Symbol.for("hale.check/1")]: true, scope: "process", run() {}, options: {} })',
    );
    expect(isCheck(other)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["a number", 1],
    ["a text", "hale.check/1"],
    ["a symbol", Symbol.for("hale.check/1")],
    ["a function", run],
    ["an empty object", {}],
    ["an object of the same shape", { scope: "process", run, options: {} }],
    ["a copy through JSON", JSON.parse(JSON.stringify(defineCheck({ scope: "process", run })))],
    ["a list with a check in it", [defineCheck({ scope: "process", run })]],
  ])("does not take %s for a check", (_, value) => {
    expect(isCheck(value)).toBe(false);
  });
});
