import type { Status } from "../../contract/check.ts";
import { badOption } from "../../contract/misuse.ts";
import {
  oneOf,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "../../contract/options.ts";
import type { DescribedCheck } from "./describe-report.ts";

/** The expected parts of a check. */
export interface ExpectedCheck {
  readonly status?: Status | undefined;
  /** The whole reason, or a pattern that it must match. */
  readonly reason?: string | RegExp | undefined;
  readonly code?: string | undefined;
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

const STATUS = oneOf(Object.keys(WORDS));
const REASON: Rule = {
  expected: "a text or a regular expression",
  accepts: (value) => typeof value === "string" || isPattern(value),
};
const CODE: Rule = { expected: "a text", accepts: (value) => typeof value === "string" };
const RULES: Rules<ExpectedCheck> = { status: STATUS, reason: REASON, code: CODE };

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
  fitsWord(word: string | undefined): boolean;
}

/**
 * Parses what is expected of a check.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export function expectationOf(expected: CheckExpectation = {}): ParsedExpectation {
  if (typeof expected === "string") requireOption("toHaveCheck()", "expected", expected, STATUS);
  const parts = typeof expected === "string" ? { status: expected } : expected;
  validateOptions("toHaveCheck()", parts, RULES);
  const { status, reason, code } = parts;
  const given = [
    status === undefined ? [] : [status],
    reason === undefined
      ? []
      : [`with the reason ${isPattern(reason) ? reason : JSON.stringify(reason)}`],
    code === undefined ? [] : [`with the code ${code}`],
  ].flat();
  return {
    description: ["there", ...given].join(", "),
    fits: (check) =>
      (status === undefined || check.status === status) &&
      (code === undefined || check.code === code) &&
      (reason === undefined || isReason(check.reason, reason)),
    requireWordAlone() {
      const part = reason !== undefined ? "reason" : code !== undefined ? "code" : undefined;
      if (part === undefined) return;
      const rule = "left out for a response, which has the status of each check alone";
      const hint = "Expect it of the health in place of a response.";
      throw badOption("toHaveCheck()", part, rule, "given", hint);
    },
    fitsWord: (word) => word !== undefined && (status === undefined || word === WORDS[status]),
  };
}

function isReason(actual: string | undefined, expected: string | RegExp): boolean {
  if (!isPattern(expected)) return actual === expected;
  return actual !== undefined && new RegExp(expected.source, expected.flags).test(actual);
}

/** Whether a value is a regular expression, of whatever realm: Jest gives each test file its own. */
function isPattern(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === "[object RegExp]";
}
