/** Below this, a number of a time is taken for seconds since 1970, from it on for milliseconds. */
const SMALLEST_MILLISECONDS = 100_000_000_000;

/** The layers that the answer of a query may have: a list of results, a result with its rows, a row, a value. */
const DEPTH = 4;

/**
 * Reads a time, in milliseconds since 1970: a `Date`, seconds or milliseconds as a number or a text, or a date as
 * ISO 8601 has it. Of the answer of a query it reads the first value.
 *
 * @returns `null` where there is none, `undefined` for what is no time
 */
export function momentOf(answer: unknown): number | null | undefined {
  let value = answer;
  for (let layer = 0; layer < DEPTH && isNested(value); layer++) {
    const { rows = value } = value as { rows?: object };
    [value = null] = Object.values(rows);
  }
  if (value === null || value === undefined) return null;
  const time = value instanceof Date ? value.getTime() : numberOf(value);
  return Number.isFinite(time) ? time : undefined;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date) && !isBytes(value);
}

function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array;
}

function numberOf(value: unknown): number {
  const text = isBytes(value) ? new TextDecoder().decode(value as Uint8Array) : String(value);
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(number)) return Date.parse(text);
  return Math.abs(number) < SMALLEST_MILLISECONDS ? number * 1000 : number;
}
