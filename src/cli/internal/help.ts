import type { Command } from "./command.ts";
import { exitsOf, flagsOf, formsOf, notesOf, synopsisOf } from "./synopsis.ts";
import type { Terminal } from "./terminal.ts";

const WIDTH = 80;

/** The widest left column; what is wider has a line of its own. */
const LEFT = 26;

/** Writes the `--help` of a command. */
export function helpOf(command: Command, { paint }: Pick<Terminal, "paint">): string {
  const { description, arguments: expected, trailing } = command;
  const words = [
    ...(expected === undefined ? [] : [[expected.name, expected.summary] as const]),
    ...(trailing === undefined ? [] : [[`-- ${trailing.name}`, trailing.summary] as const]),
  ];
  const flags = flagsOf(command).map(
    ([name, flag]) =>
      [formsOf(name, flag), [flag.summary, notesOf(flag)].filter(Boolean).join(" ")] as const,
  );
  return [
    `${paint("bold", "Usage:")} ${synopsisOf(command)}`,
    ...description.map((paragraph) => wrap(paragraph, 0)),
    ...(words.length === 0 ? [] : [`${paint("bold", "Arguments:")}\n${columns(words)}`]),
    `${paint("bold", "Flags:")}\n${columns(flags)}`,
    `${paint("bold", "Examples:")}\n${command.examples.map(({ command: line, effect }) => `  ${line}\n${wrap(effect, 6)}`).join("\n")}`,
    `${paint("bold", "Exit codes:")}\n${columns(exitsOf(command))}`,
  ].join("\n\n");
}

/** Writes the help of `hale` itself: its commands. */
export function overviewOf(commands: readonly Command[], { paint }: Pick<Terminal, "paint">) {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return [
    `${paint("bold", "Usage:")} hale <command> [flags]`,
    `${paint("bold", "Commands:")}\n${columns(rows)}`,
    `${paint("bold", "Flags:")}\n${columns([
      ["-h, --help", "Shows the help of a command: hale <command> --help."],
      ["--version", "Shows the version."],
    ])}`,
  ].join("\n\n");
}

/** Writes rows of two columns, the right one wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.min(LEFT, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) => {
      const text = wrap(right, width + 4);
      const start = `  ${left.padEnd(width)}`;
      return left.length > width ? `${start}\n${text}` : `${start}${text.slice(width + 2)}`;
    })
    .join("\n");
}

/** Breaks a text into lines of the width of the help, each with a margin. */
function wrap(text: string, margin: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && margin + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${" ".repeat(margin)}${each}`).join("\n");
}
