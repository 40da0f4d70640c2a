/** The most characters of a response that a reason repeats. */
const MAX_LENGTH = 200;

/**
 * Makes one short line of a text that a server has sent, without characters that could move the cursor of a terminal,
 * hide text or reverse it.
 */
export function excerpt(text: string): string {
  const line = text
    .slice(0, 4 * MAX_LENGTH)
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, "")
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
