import type { Flag } from "./command.ts";
import { DURATION, formatDuration, MAX_DURATION, parseDuration } from "./duration.ts";
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
      return within(flag, duration, DURATION, formatDuration);
    }
    case "number":
      return within(
        { min: 0, ...flag },
        /^-?\d+$/.test(text) ? Number(text) : undefined,
        "a whole number",
        String,
      );
    case "choice":
      if (!flag.of.includes(text)) throw new UsageError(`must be one of ${flag.of.join(", ")}`);
      return text;
    default:
      if (text === "") throw new UsageError(`must be the path of a ${flag.type}`);
      return text;
  }
}

function within(
  { min, max }: { readonly min?: number; readonly max?: number },
  value: number | undefined,
  expected: string,
  format: (bound: number) => string,
): number {
  if (value !== undefined && value >= (min ?? 0) && value <= (max ?? Infinity)) return value;
  const bounds = [
    ...(min === undefined || min === 0 ? [] : [`of ${format(min)} or more`]),
    ...(max === undefined ? [] : [`of at most ${format(max)}`]),
  ];
  throw new UsageError(["must be", expected, bounds.join(" and ")].filter(Boolean).join(" "));
}
