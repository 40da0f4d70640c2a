import { probe } from "../probe.ts";
import { wait } from "../wait.ts";
import { runCommand } from "./run-command.ts";
import { runProgram } from "./run-program.ts";
import { createTerminal } from "./terminal.ts";
import { VERSION } from "./version.ts";

// The program of dist/probe.cjs, one file for images that have Node and nothing else: `hale probe`, or with the word
// `wait` before the flags `hale wait`.
const [first, ...rest] = process.argv.slice(2);
const [command, words] =
  first === "wait" ? [wait, rest] : [probe, first === "probe" ? rest : process.argv.slice(2)];

const terminal = createTerminal(process);
if (first === "--version") terminal.print(VERSION);
else runProgram(() => runCommand(command, words, terminal), terminal);
