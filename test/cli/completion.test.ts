import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";
import { PROBERS } from "../../src/cli/internal/probe/probers/probers.ts";
import { makeFolder } from "../_support/folder.ts";
import { toolPath } from "../servers/_tools.ts";
import { endOf, installCommand } from "./_installed-command.ts";

const hale = installCommand();

describe.each(["bash", "zsh", "fish"])("the script of %s", (shell) => {
  test("names every command and every flag", async () => {
    const { code, stdout, stderr } = await hale.run(["completion", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, flags } of COMMANDS) {
      expect(stdout).toContain(name);
      for (const flag of Object.keys(flags)) {
        expect(stdout).toContain(shell === "fish" ? `-l ${flag}` : `--${flag}`);
      }
    }
  });
});

/** The path of the script of a shell. */
async function scriptFor(shell: string): Promise<string> {
  const { stdout } = await hale.run(["completion", shell]);
  const file = join(makeFolder(), `_hale.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");

describe("in fish", () => {
  /** The words that fish offers for a command line. */
  async function offered(line: string): Promise<string[]> {
    const program = `source ${await scriptFor("fish")}; complete -C '${line}'`;
    const { stdout } = await endOf(toolPath("fish"), ["--no-config", "-c", program]);
    return linesOf(stdout).map((words) => words.replace(/\t.*/, ""));
  }

  test("commands, flags, their values and the words of a command are completed", async () => {
    expect(await offered("hale compl")).toEqual(["completion"]);
    expect(await offered("hale probe --expect-s")).toEqual(["--expect-status"]);
    expect(await offered("hale probe --as ")).toEqual(Object.keys(PROBERS).sort());
    expect(await offered("hale completion ")).toEqual(["bash", "fish", "zsh"]);
  });
});

describe("in zsh", () => {
  /** What the script hands to zsh's own functions for a command line whose last word is incomplete. */
  async function handed(...words: readonly string[]): Promise<string[]> {
    const typed = ["hale", ...words].map((word) => `'${word}'`).join(" ");
    const program = `
      _describe() { print -rl -- "\${(@P)2}"; }
      _arguments() { print -rl -- "$@"; }
      _normal() { print -r -- "normal $CURRENT: $words"; }
      words=(${typed}); CURRENT=$#words; source ${await scriptFor("zsh")}`;
    const { stdout, stderr } = await endOf(toolPath("zsh"), ["-f", "-c", program]);
    expect(stderr).toBe("");
    return linesOf(stdout);
  }

  test("it offers the commands with their summaries", async () => {
    const commands = COMMANDS.map(({ name, summary }) => `${name}:${summary}`);
    expect(await handed("")).toEqual(commands);
  });

  test("it offers flags, the words of those with a choice, and files", async () => {
    const flags = await handed("probe", "");
    expect(flags.slice(0, 1)).toEqual(["-s"]);
    expect(flags).toContainEqual(
      expect.stringMatching(/^--as=\[.*\]:prober:\(kubelet haproxy .*\)$/),
    );
    expect(flags).toContainEqual(expect.stringMatching(/^--cacert=\[.*\]:file:_files$/));
    expect(flags).toContainEqual(expect.stringMatching(/^\*-H\[.*\]:name\\: value: $/));
    expect(flags).toContain("*:url: ");
    expect(await handed("completion", "")).toContain("1:shell:(bash zsh fish)");
  });

  test("after -- it completes a command of its own", async () => {
    expect(await handed("probe", "http://a", "--", "node", "ma")).toEqual(["normal 2: node ma"]);
  });
});

describe("in bash", () => {
  /** What bash offers for a command line whose last word is incomplete. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const typed = ["hale", ...words].map((word) => `'${word}'`).join(" ");
    // compopt works while a shell completes alone.
    const program = `compopt() { :; }; source ${await scriptFor("bash")}
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _hale; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await endOf("bash", ["--norc", "-c", program]);
    expect(stderr).toBe("");
    return linesOf(stdout);
  }

  test("a command is completed", async () => {
    expect(await offered("compl")).toEqual(["completion"]);
  });

  test("the flags and words of a command are completed", async () => {
    expect(await offered("completion", "--")).toEqual(["--help"]);
    expect(await offered("completion", "z")).toEqual(["zsh"]);
    expect(await offered("probe", "--as", "ku")).toEqual(["kubelet"]);
  });

  test("after -- a command of its own is completed", async () => {
    expect(await offered("probe", "http://a", "--", "bas")).toContain("bash");
  });
});

test.each([
  [[], "Expected a shell."],
  [["bahs"], 'The shell must be one of bash, zsh, fish, but is "bahs". Did you mean "bash"?'],
  [["bash", "zsh"], 'Expected at most 1 argument, but was given "zsh".'],
  [["bash", "--hepl"], "There is no flag --hepl. Did you mean --help?"],
])("%j is wrong use", async (words, message) => {
  expect(await hale.run(["completion", ...words])).toEqual({
    code: 64,
    stdout: "",
    stderr: `hale completion: ${message}\nRun "hale completion --help" for flags and examples.\n`,
  });
});
