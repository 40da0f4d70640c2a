import { stripVTControlCharacters } from "node:util";

/**
 * Makes one line of a text that a server has sent: without commands for a terminal, and without characters that hide or
 * reverse others.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "")
    .trim();
}
