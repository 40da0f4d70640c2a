import { nearestWord } from "../contract/nearest-word.ts";
import { COMMANDS } from "./internal/commands.ts";
import { overviewOf } from "./internal/help.ts";
import { EXIT_OUTPUT_LOST } from "./internal/lost-output.ts";
import { maskQuoted } from "./internal/mask-quoted.ts";
import { quote } from "./internal/quote.ts";
import { runCommand } from "./internal/run-command.ts";
import { runProgram } from "./internal/run-program.ts";
import { createTerminal, type Terminal } from "./internal/terminal.ts";
import { EXIT_USAGE } from "./internal/usage-error.ts";
import { VERSION } from "./internal/version.ts";

/** Runs the command line of hale, and resolves to the exit code. */
async function main([name, ...words]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    terminal.warn(overviewOf(COMMANDS, { paint: (_, text) => text }));
    return EXIT_USAGE;
  }
  if (name === "--version") {
    terminal.print(VERSION);
    return 0;
  }
  if (["--help", "-h", "help"].includes(name)) return help(words, terminal);
  const command = COMMANDS.find((each) => each.name === name);
  return command === undefined
    ? unknownCommand(name, terminal)
    : runCommand(command, words, terminal);
}

function help([name]: readonly string[], terminal: Terminal): Promise<number> | number {
  if (name === undefined) {
    terminal.print(overviewOf(COMMANDS, terminal));
    return 0;
  }
  const command = COMMANDS.find((each) => each.name === name);
  return command === undefined
    ? unknownCommand(name, terminal)
    : runCommand(command, ["--help"], terminal);
}

async function unknownCommand(name: string, terminal: Terminal): Promise<number> {
  const names = COMMANDS.map((command) => command.name);
  const likely = nearestWord(name, names);
  const hint =
    likely === undefined ? `Use one of: ${names.join(", ")}.` : `Did you mean ${likely}?`;
  terminal.warn(`hale: There is no command ${await maskQuoted(quote(name))}. ${hint}`);
  return EXIT_USAGE;
}

let isLost = false;
const terminal = createTerminal(process, () => {
  isLost = true;
});
process.on("exit", (code) => {
  const command = COMMANDS.find(({ name }) => name === process.argv[2]);
  const keepsCode = command !== undefined && !(EXIT_OUTPUT_LOST in command.exits);
  if (isLost && code === 0 && !keepsCode) process.exitCode = EXIT_OUTPUT_LOST;
});
runProgram(() => main(process.argv.slice(2), terminal), terminal);
