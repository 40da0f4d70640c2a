import type { Status } from "../../contract/check.ts";
import { badOption } from "../../contract/misuse.ts";
import {
  hasMethods,
  oneOf,
  RECORD,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../../contract/options.ts";
import type { DescribedCheck } from "./describe-report.ts";

/** An asymmetric matcher of a test runner, such as `expect.stringContaining("refused")`. */
export interface AsymmetricMatcher {
  /** Whether a value matches; optional, since Playwright's types do not declare it. */
  asymmetricMatch?(actual: unknown): boolean;
}

/** The expected parts of a check. */
export interface ExpectedCheck {
  readonly status?: Status | AsymmetricMatcher | undefined;
  /** The whole reason, a pattern that it must match, or an asymmetric matcher. */
  readonly reason?: string | RegExp | AsymmetricMatcher | undefined;
  readonly code?: string | AsymmetricMatcher | undefined;
}

/** The expected state of a check: its status, or more of it. */
export type CheckExpectation = Status | ExpectedCheck;

/** The statuses, with the word of each in the default format. */
const WORDS: Readonly<Record<Status, string>> = {
  up: "ok",
  degraded: "degraded",
  down: "failed",
  unknown: "failed",
};

const STATUSES = Object.keys(WORDS) as Status[];

/** A rule that takes an asymmetric matcher too. */
function orMatcher(rule: Rule): Rule {
  return {
    ...rule,
    expected: `${rule.expected}, or an asymmetric matcher`,
    accepts: (value) => rule.accepts(value) || isMatcher(value),
  };
}

const STATUS = oneOf(STATUSES);
const TEXT: Rule = { expected: "a text", accepts: (value) => typeof value === "string" };
const REASON: Rule = {
  expected: "a text, a regular expression",
  accepts: (value) => typeof value === "string" || isPattern(value),
};
const RULES: Rules<ExpectedCheck> = {
  status: orMatcher(STATUS),
  reason: orMatcher(REASON),
  code: orMatcher(TEXT),
};

const EXPECTED: Rule = {
  expected: "a status, or an object of status, reason and code",
  accepts: (value) => RECORD.accepts(value) && !isMatcher(value),
  hint: (value) =>
    isMatcher(value)
      ? `Put the asymmetric matcher into it, as in { reason: expect.stringContaining("refused") }.`
      : undefined,
};

/** An expectation, and how to meet it. */
export interface ParsedExpectation {
  /** The expected state, as a message says it after "to be". */
  readonly description: string;
  fits(check: DescribedCheck): boolean;
  /**
   * Refuses a reason or a code, which are not in a response.
   *
   * @throws `HALE_BAD_OPTION`
   */
  requireWordAlone(): void;
  /** Whether the word of a check in a response fits. */
  fitsWord(word: string): boolean;
}

/**
 * Parses what is expected of a check.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function expectationOf(expected: CheckExpectation = {}): ParsedExpectation {
  if (typeof expected === "string") requireOption("toHaveCheck()", "expected", expected, STATUS);
  else requireOption("toHaveCheck()", "expected", expected, EXPECTED);
  const parts: ExpectedCheck = typeof expected === "string" ? { status: expected } : expected;
  validateOptions("toHaveCheck()", parts, RULES);
  const { status, reason, code } = parts;
  const given = [
    status === undefined ? [] : [describePart(status)],
    reason === undefined ? [] : [`with the reason ${quotedPart(reason)}`],
    code === undefined ? [] : [`with the code ${describePart(code)}`],
  ].flat();
  return {
    description: ["there", ...given].join(", "),
    fits: (check) =>
      fits(check.status, status) && fits(check.code, code) && fits(check.reason, reason),
    requireWordAlone() {
      const part = reason !== undefined ? "reason" : code !== undefined ? "code" : undefined;
      if (part === undefined) return;
      const rule = "left out for a response, which has the status of each check alone";
      const hint = "Expect it of the health in place of a response.";
      throw badOption("toHaveCheck()", part, rule, "given", hint);
    },
    fitsWord: (word) => STATUSES.some((one) => word === WORDS[one] && fits(one, status)),
  };
}

type ExpectedPart = string | RegExp | AsymmetricMatcher;

function fits(actual: string | undefined, expected: ExpectedPart | undefined): boolean {
  if (expected === undefined) return true;
  if (isMatcher(expected)) return expected.asymmetricMatch(actual);
  if (!isPattern(expected)) return actual === expected;
  // Another one, since the caller's may remember where it stopped.
  return actual !== undefined && new RegExp(expected.source, expected.flags).test(actual);
}

function quotedPart(expected: ExpectedPart): string {
  return typeof expected === "string" ? JSON.stringify(expected) : describePart(expected);
}

/** Describes a text, a pattern, or a matcher by its name and sample, such as `StringContaining "refused"`. */
function describePart(expected: ExpectedPart): string {
  const { sample } = expected as { sample?: unknown };
  const shown = typeof sample === "string" ? JSON.stringify(sample) : sample;
  return isMatcher(expected) && sample !== undefined ? `${expected} ${shown}` : String(expected);
}

function isMatcher(value: unknown): value is Required<AsymmetricMatcher> {
  return hasMethods(value, ["asymmetricMatch"]);
}

/** Whether a value is a regular expression, of whatever realm: Jest gives each test file its own. */
function isPattern(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === "[object RegExp]";
}
