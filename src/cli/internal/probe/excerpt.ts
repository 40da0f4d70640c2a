import { printable } from "../printable.ts";

/** The most characters of a response that a reason repeats. */
const MAX_LENGTH = 200;

/** Makes one short, printable line of a text that a server has sent. */
export function excerpt(text: string): string {
  const line = printable(text.slice(0, 4 * MAX_LENGTH));
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
