import type { Command, Flag } from "../command.ts";
import { flagsOf } from "../synopsis.ts";

/** Writes the completion script of fish. */
export function fish(commands: readonly Command[]): string {
  return `# fish completion of hale
complete -c hale -f
complete -c hale -n __fish_use_subcommand -l version -d 'Shows the version.'
${commands.map(linesOf).join("\n")}
`;
}

function linesOf(command: Command): string {
  const inCommand = `-n '__fish_seen_subcommand_from ${command.name}'`;
  const own = command.arguments?.of;
  return [
    `complete -c hale -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...(own === undefined ? [] : [`complete -c hale ${inCommand} -a ${quoted(own.join(" "))}`]),
    ...flagsOf(command).map(([name, flag]) => {
      const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
      return `complete -c hale ${inCommand} -l ${name}${short}${argumentOf(flag)} -d ${quoted(flag.summary)}`;
    }),
  ].join("\n");
}

function argumentOf(flag: Flag): string {
  if (flag.type === "switch") return "";
  if (flag.type === "choice") return ` -x -a ${quoted(flag.of.join(" "))}`;
  if (flag.type === "file") return " -r -F";
  if (flag.type === "folder") return " -x -a '(__fish_complete_directories)'";
  return " -x";
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
