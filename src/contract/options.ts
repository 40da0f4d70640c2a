import type { CheckOptions } from "./check-options.ts";
import { badOption, unknownOption } from "./misuse.ts";
import { nearestWord } from "./nearest-word.ts";
import { PROBES } from "./probe.ts";
import { ON_WORKERD } from "./runtime.ts";

/** The rule of one option. */
export interface Rule {
  readonly expected: string;
  /** Whether errors withhold a wrong value, because it may be a secret. */
  readonly secret?: boolean;
  /** The accepted words: an error shows a wrong word, and the nearest of these. */
  readonly words?: readonly string[];
  accepts(value: unknown): boolean;
  /** Suggests the likely correction of a wrong value. */
  hint?(value: unknown): string | undefined;
}

/** The rules of one set of options, by name. */
export type Rules<O> = { readonly [K in keyof Required<O>]: Rule };

/** The maximum delay of a JavaScript timer, in milliseconds. */
export const MAX_TIMER = 2 ** 31 - 1;

/** A whole number in a range. */
export function wholeNumber(min: number, max: number, what = "a whole number"): Rule {
  return {
    expected: `${what} from ${min} to ${max}`,
    accepts: (value) => isWhole(value) && value >= min && value <= max,
  };
}

/** Milliseconds of a second, a minute and an hour. */
const UNITS = [1000, 60_000, 3_600_000];

/** A whole number of milliseconds in a range; the hint takes a small number for seconds, minutes or hours, and names what that needs `beside`. */
export function milliseconds(min: number, max: number = MAX_TIMER, beside = ""): Rule {
  // Where hours are asked for, also some thousands may be seconds.
  const small = min < 3_600_000 ? Math.min(min, 1000) : min;
  return {
    ...wholeNumber(min, max, "a whole number of milliseconds"),
    hint(value) {
      if (!isWhole(value) || value <= 0 || value >= small) return undefined;
      const likely = UNITS.map((unit) => unit * value).find((time) => time >= min);
      return likely ? `Times are milliseconds: did you mean ${likely}${beside}?` : undefined;
    },
  };
}

/** A whole number of milliseconds in a range, or 0 for none. */
export function millisecondsOrZero(min: number, max: number = MAX_TIMER): Rule {
  const rule = milliseconds(min, max);
  return {
    ...rule,
    expected: `0 or ${rule.expected}`,
    accepts: (value) => value === 0 || rule.accepts(value),
  };
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

/** One of a few words. */
export function oneOf(words: readonly string[]): Rule {
  return {
    expected: `one of ${words.map((word) => `"${word}"`).join(", ")}`,
    words,
    accepts: (value) => words.includes(value as string),
  };
}

/** Any value, because it is validated elsewhere. */
export const ANY: Rule = { expected: "anything", accepts: () => true };

/** `true` or `false`. */
export const BOOLEAN: Rule = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

/** An object, such as a client, whose properties are not validated here. */
export const OBJECT: Rule = {
  expected: "an object",
  secret: true,
  accepts: (value) => Object(value) === value,
};

/** An object literal, such as `{ a: 1 }`: the entries of a list or a Map would be lost. */
export const RECORD: Rule = {
  expected: "an object with names and values",
  secret: true,
  accepts: (value) => {
    if (!OBJECT.accepts(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    // Not compared with Object.prototype, of which each realm has its own.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  },
};

/** A function. */
export const FUNCTION: Rule = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};

/** Whether a value has functions of all these names. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every(
    (name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function",
  );
}

/** A health, by the methods that adapters call. */
export const HEALTH: Rule = {
  expected: "what createHealth() returns",
  accepts: (value) => hasMethods(value, ["handle", "report"]),
};

/** The options that every check has. */
export const CHECK_OPTION_RULES: Rules<CheckOptions> = {
  // What is meant by a small number is longer than a probe can wait.
  timeout: milliseconds(50, MAX_TIMER, ", with an interval"),
  maxAge: millisecondsOrZero(100),
  interval: ON_WORKERD
    ? { expected: "left out on workerd", accepts: () => false }
    : milliseconds(100, 24 * 60 * 60 * 1000),
  failureThreshold: wholeNumber(1, 1000),
  successThreshold: wholeNumber(1, 1000),
  critical: BOOLEAN,
  shared: BOOLEAN,
  probes: {
    expected: `a list of ${PROBES.join(", ")} each once`,
    words: PROBES,
    accepts: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      new Set(value).size === value.length &&
      value.every((probe) => PROBES.includes(probe)),
  },
  restartAfter: milliseconds(10_000),
};

/**
 * Refuses unknown options, with the nearest known one, and values that break their rules. `undefined`
 * counts as absent. `within` has the rules of the options that are objects, whose own options may be meant.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateOptions(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
  within: Readonly<Record<string, object>> = {},
): void {
  requireOption(owner, "options", options, RECORD);
  for (const [option, value] of Object.entries(options as object)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const outer = Object.keys(within).find((name) => Object.hasOwn(within[name] ?? {}, option));
      throw unknownOption(owner, option, Object.keys(rules), outer && `${outer}.${option}`);
    }
    if (value !== undefined) requireOption(owner, option, value, rule);
  }
}

/**
 * Refuses a missing value, and a value that breaks its rule.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireOption(owner: string, option: string, value: unknown, rule: Rule): void {
  if (rule.accepts(value)) return;
  const hint = rule.hint?.(value) ?? nearestWords(value, rule.words ?? []);
  throw badOption(owner, option, rule.expected, describe(value, rule), hint);
}

/** Describes a wrong value for an error message, without texts that may be secrets. */
export function describe(
  value: unknown,
  { secret, words }: Pick<Rule, "secret" | "words"> = {},
): string {
  if (secret === true) return kindOf(value);
  if (words !== undefined && (isWord(value) || isWordList(value))) return JSON.stringify(value);
  return /number|boolean/.test(typeof value) ? String(value) : kindOf(value);
}

/** The start of the code of a class, which is a function that cannot be called. */
const CLASS = /^class\b/;

/** Returns the code of a function, which may have a `toString` of its own. */
export function sourceOf(value: object): string {
  return Function.prototype.toString.call(value);
}

/** Names the kind of a value, without the value. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function" && CLASS.test(sourceOf(value))) return "a class";
  if (typeof value !== "object") return `a ${typeof value}`;
  const maker: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  if (typeof maker !== "string" || maker === "Object") return "an object";
  return `${/^(?!URL)[AEIOU]/i.test(maker) ? "an" : "a"} ${maker}`;
}

/** Whether a value is a short word, which no secret is. */
function isWord(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z][A-Za-z-]{0,23}\d?$/.test(value);
}

function isWordList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 10 && value.every(isWord);
}

/** Suggests the nearest accepted word for a wrong word, or for the wrong word of a list. */
export function nearestWords(value: unknown, words: readonly string[]): string | undefined {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = given.find((word) => !words.includes(word as string));
  const likely = isWord(wrong) ? nearestWord(wrong, words) : undefined;
  return likely && `Did you mean "${likely}"?`;
}
