/** Milliseconds of each unit, the longest unit first. */
const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** The longest duration of a flag or a configuration, in milliseconds: 24 days, just below what a timer can wait. */
export const MAX_DURATION = 24 * 24 * UNITS.h;

const PATTERN = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

/** A description of the durations that {@link parseDuration} accepts, for error messages. */
export const DURATION = 'a duration such as "500ms", "30s" or "2m"';

/**
 * Parses a duration with units, such as `500ms`, `1.5s`, `2m` or `1m30s`, to whole milliseconds.
 *
 * A number without a unit is refused, because tools disagree whether it means seconds.
 *
 * @returns `undefined` for any other text
 */
export function parseDuration(text: string): number | undefined {
  const [, hours, minutes, seconds, milliseconds] = (text !== "" && PATTERN.exec(text)) || [];
  const parts = [hours, minutes, seconds, milliseconds];
  if (parts.every((part) => part === undefined)) return undefined;
  const sum = Object.values(UNITS).reduce(
    (total, unit, index) => total + Number(parts[index] ?? 0) * unit,
    0,
  );
  return Math.round(sum);
}

/** Writes milliseconds in the largest unit that keeps them whole: `1500` is `1500ms`, `120000` is `2m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const [unit, size] = Object.entries(UNITS).find(([, each]) => milliseconds % each === 0) ?? [
    "ms",
    1,
  ];
  return `${milliseconds / size}${unit}`;
}

/** The least and the greatest value that is accepted. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Suggests the units by which a number without one is in range; `undefined` where none does, and for any other text. */
export function unitHint(text: string, { min = 0, max = MAX_DURATION }: Range): string | undefined {
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const likely = ["ms", "s"].filter((unit) => {
    const value = parseDuration(`${text}${unit}`) ?? Number.NaN;
    return value >= min && value <= max;
  });
  if (likely.length === 0) return undefined;
  return `Write the unit: ${likely.map((unit) => `${text}${unit}`).join(" or ")}.`;
}
