/** Numbers and texts that look random, and are the same each time for a seed. */
export interface Chance {
  /** A number from 0 to 1. */
  next(): number;
  /** A whole number from 0 to below this. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** A text of signs that are letters, have a meaning somewhere, or are half a character. */
  text(maxLength: number): string;
}

const SIGNS = [
  ..."abcxyzAZ019 /?#&=%+;:,.\"'<>\\{}[]()*~-_",
  "\r",
  "\n",
  "\0",
  "\u2028",
  "é",
  "\ud83d",
  "\u{1F4A9}",
];

/** Makes a source of chance of a seed: mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  return {
    next,
    below,
    pick,
    text: (maxLength) => Array.from({ length: below(maxLength + 1) }, () => pick(SIGNS)).join(""),
  };
}
