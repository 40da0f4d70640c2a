import type { Command } from "./command.ts";
import { EXIT_OUTPUT_LOST } from "./lost-output.ts";
import { exitsOf, flagsOf, formsOf, notesOf, synopsisOf } from "./synopsis.ts";

/** Writes docs/reference/cli.md, the reference of every command. */
export function referenceOf(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => [`[\`${name}\`](#hale-${name})`, summary]);
  const keeping = commands.filter(({ exits }) => !(EXIT_OUTPUT_LOST in exits));
  const names = new Intl.ListFormat("en-GB").format(keeping.map(({ name }) => `\`${name}\``));
  return `# The command

\`hale\` is the command of the package: \`npx hale <command>\` runs it with nothing else installed.
\`hale <command> --help\` shows what stands here, and [\`hale completion\`](#hale-completion) completes it in a shell.

${table(["command", "purpose"], rows)}

Output is coloured on a terminal alone, and never while \`NO_COLOR\` is set. Durations have a unit: \`500ms\`, \`1.5s\`,
\`2m\`, \`1m30s\`. Wrong use is described on stderr, and exits with 64. A fault of hale itself is one line
on stderr, and exits with 70, so that it is never read as an unhealthy endpoint. Where output could not be
written, as on a full disk, a command that would exit with 0 exits with ${EXIT_OUTPUT_LOST}. ${names} keep their code, which says
whether the endpoints are healthy.

${commands.map(sectionOf).join("\n")}`;
}

function sectionOf(command: Command): string {
  const { name, description, arguments: expected, trailing, examples } = command;
  const words = [
    ...(expected === undefined ? [] : [[`\`${expected.name}\``, expected.summary]]),
    ...(trailing === undefined ? [] : [[`\`-- ${trailing.name}\``, trailing.summary]]),
  ];
  const flags = flagsOf(command).map(([flagName, flag]) => [
    `\`${formsOf(flagName, flag)}\``,
    [flag.summary, notesOf(flag)].filter(Boolean).join(" "),
  ]);
  return [
    `## hale ${name}`,
    `\`\`\`text\n${synopsisOf(command)}\n\`\`\``,
    ...description,
    ...(words.length === 0 ? [] : [table(["argument", "meaning"], words)]),
    table(["flag", "meaning"], flags),
    "Examples:",
    examples.map(({ command: line, effect }) => `- \`${line}\`: ${effect}`).join("\n"),
    table(["exit code", "meaning"], exitsOf(command)),
    "",
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
