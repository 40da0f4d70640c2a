import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A fenced piece of code in a page or a docstring. */
export interface Block {
  readonly file: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** The last line with text before it. */
  readonly lead: string;
}

/** Every page of the project. */
export const PAGES: readonly string[] = [
  ...["README.md", "CONTRIBUTING.md"].filter((file) => existsSync(file)),
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file))
    .sort(),
];

/** The fenced pieces of code of a page. */
export function blocksOf(file: string): Block[] {
  return blocksIn(file, readFileSync(file, "utf8").split("\n"));
}

/** The fenced pieces of code in some lines of a file. */
export function blocksIn(file: string, lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; indent: string; code: string[] } | undefined;
  let lead = "";
  lines.forEach((text, index) => {
    const [, indent = "", language = ""] = /^( *)```(\w*)$/.exec(text) ?? [];
    const fence = /^ *```\w*$/.test(text);
    if (open === undefined) {
      if (fence) open = { line: index + 2, language, indent, code: [] };
      else if (text.trim() !== "") lead = text;
    } else if (fence) {
      const code = `${open.code.join("\n")}\n`;
      blocks.push({ file, line: open.line, language: open.language, code, lead });
      open = undefined;
    } else {
      open.code.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text);
    }
  });
  if (open !== undefined) throw new Error(`${file}:${open.line} is a piece of code without end.`);
  return blocks;
}

/** A side of a change that a page shows. */
export type Side = "before" | "after";

/** One side of a fenced piece of code that shows a change, line by line, with the lines that stay. */
export function sideOf({ code }: Block, side: Side): string {
  const other = side === "before" ? "+" : "-";
  const lines = code.split("\n").filter((line) => !line.startsWith(other));
  return lines.map((line) => line.slice(1)).join("\n");
}

/** A page without its fenced pieces of code. */
export function proseOf(file: string): string {
  return readFileSync(file, "utf8").replace(/^( *)```\w*\n[\s\S]*?^\1```$/gm, "");
}

/** The lines of a page between a heading and the next one of its level or above. */
export function sectionOf(file: string, heading: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.indexOf(heading);
  if (start === -1) throw new Error(`${file} has no heading "${heading}".`);
  const level = heading.indexOf(" ");
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^(#+) /.exec(line)?.[1]?.length ?? 9) <= level);
  return end === -1 ? rest : rest.slice(0, end);
}

/** The cells of every row, below the head, of the tables in some lines. */
export function rowsOf(lines: readonly string[]): string[][] {
  return lines
    .filter((line, index) => line.startsWith("| ") && !lines[index + 1]?.startsWith("| ---"))
    .filter((line) => !line.startsWith("| ---"))
    .map((line) => line.slice(2, -2).split(" | "));
}

/** What stands between backticks in a cell. */
export function codesOf(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** Files at the top of a folder of src/ that stand for nothing that users can name. */
const NOT_PUBLIC: readonly string[] = ["index.ts", "resolve-checks.ts"];

/** The public files of a folder of src/: those at its top, but for what is no check, format or adapter. */
export function publicFiles(room: string): string[] {
  return readdirSync(join("src", room))
    .filter((file) => file.endsWith(".ts") && !NOT_PUBLIC.includes(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}
