import type { Command } from "./command.ts";
import { helpOf } from "./help.ts";
import { maskQuoted } from "./mask-quoted.ts";
import { parseCommandLine } from "./parse-command-line.ts";
import type { Terminal } from "./terminal.ts";
import { EXIT_USAGE, UsageError } from "./usage-error.ts";

/** Runs a command with the words after its name, and resolves to its exit code. */
export async function runCommand(
  command: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<number> {
  try {
    const input = parseCommandLine(command, words);
    if (input !== "help") return await command.run(input, terminal);
    terminal.print(helpOf(command, terminal));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.warn(`hale ${command.name}: ${await maskQuoted(error.message)}`);
    terminal.warn(`Run "hale ${command.name} --help" for flags and examples.`);
    return EXIT_USAGE;
  }
}
