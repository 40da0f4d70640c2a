import type { Command } from "../../../../src/cli/internal/command.ts";
import { runCommand } from "../../../../src/cli/internal/run-command.ts";
import { createTerminal, type Output } from "../../../../src/cli/internal/terminal.ts";
import type { Ended } from "../../_installed-command.ts";

/** Runs a sub-command in this process, and resolves to what it wrote and to its exit code. */
export async function run(command: Command, words: readonly string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written): Output => ({
    write(text) {
      written[name] += text;
    },
  });
  const terminal = createTerminal({ stdout: output("stdout"), stderr: output("stderr"), env: {} });
  const code = await runCommand(command, words, terminal);
  return { code, ...written };
}

/** Replaces what differs between runs: hosts become `HOST`, and times `N ms`. */
export function plain({ code, stdout, stderr }: Ended): Ended {
  const replaced = (text: string) =>
    text.replace(/127\.0\.0\.1:\d+|localhost:\d+/g, "HOST").replace(/\b\d+ ms/g, "N ms");
  return { code, stdout: replaced(stdout), stderr: replaced(stderr) };
}
