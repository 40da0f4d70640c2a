import type { Arguments, Command, Flag } from "./command.ts";
import { EXIT_FAULT } from "./run-program.ts";
import { EXIT_USAGE } from "./usage-error.ts";

/** The flag that every command has. */
export const HELP: readonly [string, Flag] = [
  "help",
  { type: "switch", short: "h", summary: "Shows this help." },
];

/** The flags of a command, with `--help`. */
export function flagsOf({ flags }: Command): readonly (readonly [string, Flag])[] {
  return [...Object.entries(flags), HELP];
}

/** Writes the usage of a command in one line, such as `hale probe [flags] <url…> [-- <command…>]`. */
export function synopsisOf(command: Command): string {
  const { name, arguments: expected, trailing } = command;
  return [
    `hale ${name} [flags]`,
    ...(expected === undefined ? [] : [placeholder(expected)]),
    ...(trailing === undefined ? [] : [`[-- <${trailing.name}…>]`]),
  ].join(" ");
}

function placeholder({ name, min = 0, max = Infinity, of }: Arguments): string {
  const word = of === undefined ? name : of.join("|");
  const inner = `<${word}${max > 1 ? "…" : ""}>`;
  return min === 0 ? `[${inner}]` : inner;
}

/** Writes the forms of a flag, such as `-t, --timeout <duration>`. */
export function formsOf(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return `${short}--${name}${flag.type === "switch" ? "" : ` <${hintOf(flag)}>`}`;
}

function hintOf(flag: Exclude<Flag, { type: "switch" }>): string {
  return flag.hint ?? (flag.type === "choice" ? flag.of.join("|") : flag.type);
}

/** Writes what is to be known of a flag besides its summary: repetition, and the default. */
export function notesOf(flag: Flag): string {
  if (flag.type === "switch") return "";
  const notes = [
    ...(flag.repeatable === true ? ["repeatable"] : []),
    ...(flag.default === undefined ? [] : [`default: ${flag.default}`]),
  ];
  return notes.length === 0 ? "" : `(${notes.join("; ")})`;
}

/** Lists the exit codes of a command, with those that every command has, in the order of their numbers. */
export function exitsOf(command: Command): readonly (readonly [string, string])[] {
  return Object.entries({
    ...command.exits,
    [EXIT_USAGE]: "The command was used wrongly; stderr says how.",
    [EXIT_FAULT]: "hale itself failed, which says nothing of any endpoint; stderr has the error.",
  });
}
