import type { CheckOptions } from "./check.ts";
import { HaleError } from "./errors.ts";
import { PROBES } from "./probe.ts";

/** What an option must be, and whether a value is that. */
export interface Rule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** The rules of one set of options, by name. */
export type Rules<O> = { readonly [K in keyof Required<O>]: Rule };

/** The longest time that a timer of JavaScript can wait for, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** A whole number of milliseconds in a range. */
export function milliseconds(least: number, most: number = LONGEST): Rule {
  return wholeNumber(least, most, "a whole number of milliseconds");
}

/** A whole number in a range. */
export function wholeNumber(least: number, most: number, what = "a whole number"): Rule {
  return {
    expected: `${what} from ${least} to ${most}`,
    accepts: (value) =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

/** One of a few words. */
export function oneOf(words: readonly string[]): Rule {
  return {
    expected: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    accepts: (value) => words.includes(value as string),
  };
}

/** `true` or `false`. */
export const BOOLEAN: Rule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

/** An object, such as a client, that is not looked into here. */
export const OBJECT: Rule = {
  expected: "an object",
  accepts: (value) => (typeof value === "object" && value !== null) || typeof value === "function",
};

/** The options that every check has. */
export const CHECK_OPTION_RULES: Rules<CheckOptions> = {
  timeout: milliseconds(1),
  maxAge: milliseconds(0),
  interval: milliseconds(10),
  failureThreshold: wholeNumber(1, 1000),
  successThreshold: wholeNumber(1, 1000),
  critical: BOOLEAN,
  shared: BOOLEAN,
  probes: {
    expected: `a list of ${PROBES.join(", ")} without repetitions`,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      new Set(value).size === value.length &&
      value.every((probe) => PROBES.includes(probe)),
  },
  restartAfter: milliseconds(1),
};

/**
 * Refuses an option that is not known, with the nearest one that is, and a value that its rule does
 * not accept. `undefined` is as good as absent.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateOptions(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
): void {
  if (typeof options !== "object" || options === null) {
    throw new HaleError("HALE_BAD_OPTION", owner, "options", "an object", describe(options));
  }
  for (const [option, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const known = Object.keys(rules);
      throw new HaleError(
        "HALE_UNKNOWN_OPTION",
        owner,
        option,
        nearest(option, known),
        known.join(", "),
      );
    }
    if (value !== undefined && !rule.accepts(value)) {
      throw new HaleError("HALE_BAD_OPTION", owner, option, rule.expected, describe(value));
    }
  }
}

/** A value in a few words, for an error message. A long text may be a secret and is not quoted. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value.length > 24 ? "a long string" : JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  const maker: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof maker === "string" && maker !== "Object" && maker !== ""
    ? `a ${maker}`
    : "an object";
}

/** The word that fewest edits turn into the one given, when they are few enough for a slip. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({
      candidate,
      edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((one, other) => one.edits - other.edits);
  return best !== undefined && best.edits <= Math.max(2, word.length / 3)
    ? best.candidate
    : undefined;
}

function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const swap = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
