import { describe, expect, test } from "vitest";
import * as exported from "../../src/checks/index.ts";
import { haleErrorOf } from "../_support/thrown.ts";

/** Functions of `hale/checks` that are about checks, and take no options first. */
const NO_CHECKS: readonly string[] = ["detect", "fromUrl", "migrationsApplied"];

/** Every check, also one that is new. */
const CHECKS = Object.entries(exported).filter(([name]) => !NO_CHECKS.includes(name));

/** Values that are no options, with the words for them. */
const NO_OPTIONS: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["a boolean", true],
  ["a number", 5],
  ["a bigint", 5n],
  ["a string", "x"],
  ["a symbol", Symbol("x")],
  ["a list of 1", [1]],
  ["a function", () => {}],
  ["a class", class Options {}],
  ["a Date", new Date(0)],
];

test("there are 40 checks at least", () => {
  expect(CHECKS.length).toBeGreaterThanOrEqual(40);
  for (const [, make] of CHECKS) expect(make).toBeTypeOf("function");
});

describe.each(CHECKS)("%s()", (name, make) => {
  test.each(NO_OPTIONS)("refuses %s in place of its options", (shown, given) => {
    const { code, message } = haleErrorOf(() => (make as (options: unknown) => unknown)(given));
    expect(code).toBe("HALE_BAD_OPTION");
    expect(message).toContain(
      `The option "options" of ${name}() must be an object with names and values, but is ${shown}.`,
    );
  });
});
