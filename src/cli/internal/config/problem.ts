import { RULES } from "../../../report/redact.ts";

/** One thing that is wrong with a configuration, and where: offsets into its text. */
export interface Problem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A text of the configuration, with what must not be shown of it. */
export interface SourceText {
  /** The path of the file, or another name of its origin. */
  readonly name: string;
  readonly text: string;
  /** The ranges that may hold secrets, as offsets. */
  readonly secrets: readonly (readonly [start: number, end: number])[];
}

/** The most characters of a line that an error shows. */
const WIDEST = 160;

/** Characters after those that are looked at too, for the end of a credential that begins among them. */
const BEYOND = 2000;

/** Writes a problem as `file:line:column: message`, with its line and a caret below it. */
export function describeProblem({ message, start, end }: Problem, source: SourceText): string {
  const { text, name } = source;
  // A search before the first character would find a line break there.
  const from = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", from);
  const to = newline === -1 ? text.length : newline;
  const line = text.slice(0, from).split("\n").length;
  const column = start - from + 1;
  const shown = masked(source, from, Math.min(to, from + WIDEST + BEYOND))
    .replace(/\r$/, "")
    .slice(0, WIDEST);
  const width = Math.max(1, Math.min(end, to, from + WIDEST) - start);
  const margin = " ".repeat(String(line).length);
  // A tab stays one, so that the caret stands below its place.
  const before = shown.slice(0, column - 1).replace(/[^\t]/g, " ");
  const caret = column > WIDEST ? [] : [`  ${margin} | ${before}${"^".repeat(width)}`];
  return [`${name}:${line}:${column}: ${message}`, `  ${line} | ${shown}`, ...caret].join("\n");
}

/** A line of the text, with a star for each character that may be of a secret. */
function masked({ text, secrets }: SourceText, from: number, to: number): string {
  const near = secrets.filter(([start, end]) => start < to && end > from);
  const hidden = (offset: number) => near.some(([start, end]) => offset >= start && offset < end);
  const line = text
    .slice(from, to)
    .replace(/./g, (character, index: number) => (hidden(from + index) ? "*" : character));
  return withStars(line);
}

/** A line with as many stars as a credential has characters, so that the caret below it stands right. */
function withStars(line: string): string {
  return RULES.reduce(
    (masked, [expression, replacement]) =>
      masked.replace(expression, (match: string, kept: string, word: string) =>
        replacement(match, kept, word) === match
          ? match
          : kept + "*".repeat(match.length - kept.length),
      ),
    line.replace(/\/\/[^/@\s]+@/g, (user) => `//${"*".repeat(user.length - 3)}@`),
  );
}
