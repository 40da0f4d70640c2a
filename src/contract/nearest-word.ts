/** Finds the known word that is nearest to a misspelt one; `undefined` when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const given = word.toLowerCase();
  const byDistance = known
    .map((other) => [other, editDistance(given, other.toLowerCase())] as const)
    .sort(([, one], [, other]) => one - other);
  const [nearest, distance] = byDistance[0] ?? ["", Infinity];
  if (distance <= Math.max(1, Math.floor(given.length / 3))) return nearest;
  return known.find((other) => other.toLowerCase().slice(0, 4) === given.slice(0, 4));
}

/** Counts the letters to add, remove or replace; two swapped neighbours count as one. */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? Infinity) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
