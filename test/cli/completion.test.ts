import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";
import { makeFolder } from "../_support/folder.ts";
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

describe("in bash", () => {
  /** What bash offers for a command line whose last word is incomplete. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const { stdout: script } = await hale.run(["completion", "bash"]);
    const file = join(makeFolder(), "complete.bash");
    const typed = ["hale", ...words].map((word) => `'${word}'`).join(" ");
    // compopt works while a shell completes alone.
    const program = `compopt() { :; }
${script}
COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _hale; printf '%s\\n' "\${COMPREPLY[@]}"
`;
    writeFileSync(file, program);
    const { stdout, stderr } = await endOf("bash", ["--norc", file]);
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  }

  test("a command is completed", async () => {
    expect(await offered("compl")).toEqual(["completion"]);
  });

  test("the flags and words of a command are completed", async () => {
    expect(await offered("completion", "--")).toEqual(["--help"]);
    expect(await offered("completion", "z")).toEqual(["zsh"]);
  });
});

test.each([
  [[], "Expected a shell."],
  [["bahs"], 'The shell must be one of bash, zsh, fish, but is "bahs". Did you mean "bash"?'],
  [["bash", "zsh"], 'hale completion takes at most 1, but was given "zsh".'],
  [["bash", "--hepl"], "hale completion has no flag --hepl. Did you mean --help?"],
])("%j is wrong use", async (words, message) => {
  expect(await hale.run(["completion", ...words])).toEqual({
    code: 64,
    stdout: "",
    stderr: `hale completion: ${message}\nRun "hale completion --help" for flags and examples.\n`,
  });
});
