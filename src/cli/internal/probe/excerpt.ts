import { printable } from "../printable.ts";

/** The most characters of a response that a reason repeats, by default. */
const MAX_LENGTH = 200;

/** Makes one short, printable line of a text that a server has sent. */
export function excerpt(text: string, maxLength = MAX_LENGTH): string {
  const read = text.slice(0, 4 * maxLength);
  const line = printable(read);
  // The end of what was read may be within a credential, as which its beginning must be known.
  return line.length > maxLength || read.length < text.length
    ? `${line.slice(0, maxLength)}…`
    : line;
}
