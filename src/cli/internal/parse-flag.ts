import { nearestWord } from "../../contract/nearest-word.ts";
import type { Flag } from "./command.ts";
import {
  DURATION,
  formatDuration,
  MAX_DURATION,
  parseDuration,
  type Range,
  unitHint,
} from "./duration.ts";
import { UsageError } from "./usage-error.ts";

/** A flag that takes a value. */
export type ValueFlag = Exclude<Flag, { readonly type: "switch" }>;

/**
 * Converts the text of a flag to the value of its type.
 *
 * @throws UsageError whose message is a predicate, such as `must be a whole number from 0 to 9`
 */
export function parseFlag(flag: ValueFlag, text: string): unknown {
  switch (flag.type) {
    case "text":
      return flag.parse === undefined ? text : flag.parse(text);
    case "duration": {
      const duration = parseDuration(text);
      if (duration !== undefined && duration > MAX_DURATION) {
        throw new UsageError(`must be at most ${formatDuration(MAX_DURATION)}, which are 24 days`);
      }
      if (isWithin(flag, duration)) return duration;
      const bounds = boundsOf(flag, formatDuration);
      const expected = bounds === "" ? DURATION : `${DURATION}, ${bounds}`;
      throw new UsageError(`must be ${expected}`, unitHint(text, flag));
    }
    case "number": {
      const range = { min: 0, ...flag };
      const value = /^-?\d+$/.test(text) ? Number(text) : undefined;
      if (isWithin(range, value)) return value;
      throw new UsageError(`must be a whole number ${boundsOf(range, String)}`.trimEnd());
    }
    case "choice":
      if (flag.of.includes(text)) return text;
      throw new UsageError(`must be one of ${flag.of.join(", ")}`, nearestChoice(text, flag.of));
    default:
      if (text === "" || text.includes("://")) {
        throw new UsageError(`must be the path of a ${flag.type}`);
      }
      return text;
  }
}

function nearestChoice(text: string, words: readonly string[]): string | undefined {
  const likely = nearestWord(text, words);
  return likely && `Did you mean "${likely}"?`;
}

function isWithin({ min = 0, max = Infinity }: Range, value: number | undefined): boolean {
  return value !== undefined && value >= min && value <= max;
}

/** Describes a range; a minimum of 0 goes without saying. */
function boundsOf({ min = 0, max }: Range, format: (bound: number) => string): string {
  return [
    ...(min === 0 ? [] : [`of ${format(min)} or more`]),
    ...(max === undefined ? [] : [`of at most ${format(max)}`]),
  ].join(" and ");
}
