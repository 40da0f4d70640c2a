import { UsageError } from "../usage-error.ts";

/** Status codes from the first to the last, both included. */
export type StatusRange = readonly [first: number, last: number];

/**
 * Parses status codes as `200`, `2xx`, `200-399` or a list of these with commas.
 *
 * @throws UsageError
 */
export function parseStatusRanges(text: string): readonly StatusRange[] {
  return text.split(",").map((part) => {
    const [, from, to, hundreds] = /^(?:([1-5]\d\d)(?:-([1-5]\d\d))?|([1-5])xx)$/i.exec(part) ?? [];
    if (hundreds !== undefined) return [Number(hundreds) * 100, Number(hundreds) * 100 + 99];
    const range = [Number(from), Number(to ?? from)] as const;
    if (!(range[0] <= range[1])) {
      throw new UsageError(
        'must be status codes from 100 to 599, such as "200", "2xx" or "200-399"',
      );
    }
    return range;
  });
}

/** Whether a status is in one of some ranges. */
export function isInRanges(status: number, ranges: readonly StatusRange[]): boolean {
  return ranges.some(([first, last]) => first <= status && status <= last);
}

/** Writes ranges for a reason, such as `200 to 299 or 304`. */
export function formatRanges(ranges: readonly StatusRange[]): string {
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
    .join(" or ");
}
