import { printable } from "../printable.ts";

/** The most characters of a response that a reason repeats, by default. */
const MAX_LENGTH = 200;

/** Makes one short, printable line of a text that a server has sent. */
export function excerpt(text: string, maxLength = MAX_LENGTH): string {
  const line = printable(text.slice(0, 4 * maxLength));
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
