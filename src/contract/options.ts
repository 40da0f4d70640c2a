import type { CheckOptions } from "./check.ts";
import { HaleError } from "./errors.ts";
import { badOption } from "./misuse.ts";
import { PROBES } from "./probe.ts";
import { ON_WORKERD } from "./runtime.ts";

/** What an option must be, and whether a value is that. */
export interface Rule {
  readonly expected: string;
  /** Whether a wrong value may be a secret, so that no error shows it. */
  readonly secret?: boolean;
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
    // Written when it is asked for, since the rules are made by the import of hale.
    get expected() {
      return `${what} from ${least} to ${most}`;
    },
    accepts: (value) =>
      Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

/** One of a few words. */
export function oneOf(words: readonly string[]): Rule {
  return {
    get expected() {
      return `one of ${words.map((word) => `"${word}"`).join(", ")}`;
    },
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
  secret: true,
  accepts: (value) => Object(value) === value,
};

/** An object that was written down, such as `{ a: 1 }`: a list or a Map would lose what it holds. */
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

/** What `createHealth` returns. */
export const HEALTH: Rule = {
  expected: "what createHealth() returns",
  accepts: (value) => hasMethods(value, ["handle", "report"]),
};

/** The options that every check has. */
export const CHECK_OPTION_RULES: Rules<CheckOptions> = {
  timeout: milliseconds(1),
  maxAge: milliseconds(0),
  interval: ON_WORKERD
    ? { expected: "left out on workerd", accepts: () => false }
    : milliseconds(10, 24 * 60 * 60 * 1000),
  failureThreshold: wholeNumber(1, 1000),
  successThreshold: wholeNumber(1, 1000),
  critical: BOOLEAN,
  shared: BOOLEAN,
  probes: {
    get expected() {
      return `a list of ${PROBES.join(", ")} each once`;
    },
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
  requireOption(owner, "options", options, RECORD);
  for (const [option, value] of Object.entries(options as object)) {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const known = Object.keys(rules);
      const likely = nearest(option, known);
      const suggestion = likely === undefined ? "" : `Did you mean "${likely}"? `;
      const message = `${owner} has no option "${option}". ${suggestion}It takes: ${known.join(", ")}.`;
      throw new HaleError("HALE_UNKNOWN_OPTION", message);
    }
    if (value !== undefined) requireOption(owner, option, value, rule);
  }
}

/**
 * Refuses a value that must be there and is not what its rule says.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireOption(owner: string, option: string, value: unknown, rule: Rule): void {
  if (!rule.accepts(value)) {
    const actual = rule.secret === true ? kindOf(value) : describe(value);
    throw badOption(owner, option, rule.expected, actual);
  }
}

/** A value in a few words, for an error message. A text may be a secret and is never shown. */
export function describe(value: unknown): string {
  return /number|boolean/.test(typeof value) ? String(value) : kindOf(value);
}

/** What kind of value it is, without the value. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  const maker: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof maker === "string" && maker !== "Object" ? `a ${maker}` : "an object";
}

/** A word that differs in so few letters that the other one is a slip of it. */
function nearest(word: string, known: readonly string[]): string | undefined {
  return known.find((one) => without(word, one).length + without(one, word).length < 4);
}

/** The letters that a word has and another one has not; neither their order nor their case counts. */
function without(word: string, letters: string): string {
  const taken = [...letters.toLowerCase()];
  return taken.reduce((rest, letter) => rest.replace(letter, ""), word.toLowerCase());
}
