import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";
import { installCommand } from "./_installed-command.ts";

const hale = installCommand();

test("hale alone is wrong use, and shows the commands on stderr", async () => {
  const { code, stdout, stderr } = await hale.run([]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  for (const { name, summary } of COMMANDS) {
    expect(stderr.replace(/\s+/g, " ")).toContain(`${name} ${summary}`);
  }
});

test.each(["--help", "-h", "help"])("hale %s shows the commands on stdout", async (word) => {
  const { code, stdout, stderr } = await hale.run([word]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const { name } of COMMANDS) expect(stdout).toContain(`\n  ${name} `);
});

test("hale --version shows the version of the package", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(await hale.run(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

test("a misspelt command names the likeliest one", async () => {
  const stderr = 'hale: There is no command "compleiton". Did you mean completion?\n';
  expect(await hale.run(["compleiton"])).toEqual({ code: 64, stdout: "", stderr });
  expect(await hale.run(["help", "compleiton"])).toEqual({ code: 64, stdout: "", stderr });
});

test("a command like no other names them all", async () => {
  const { code, stderr } = await hale.run(["xyzzy"]);
  expect(code).toBe(64);
  expect(stderr).toBe(
    `hale: There is no command "xyzzy". Use one of: ${COMMANDS.map(({ name }) => name).join(", ")}.\n`,
  );
});

describe.each(COMMANDS)("hale $name --help", ({ name, flags, examples, exits }) => {
  test("shows flags, examples and exit codes, within 80 columns", async () => {
    const { code, stdout, stderr } = await hale.run([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const flag of Object.keys(flags)) expect(stdout).toContain(`--${flag}`);
    for (const { command } of examples) expect(stdout).toContain(`\n  ${command}\n`);
    for (const exit of [...Object.keys(exits), "64"]) {
      expect(stdout).toMatch(new RegExp(`\\n {2}${exit} +\\S`));
    }
    const commands = examples.map(({ command }) => `  ${command}`);
    const wide = stdout.split("\n").filter((line) => line.length > 80 && !commands.includes(line));
    expect(wide).toEqual([]);
  });

  test("is shown by hale help too, and whatever else is wrong", async () => {
    const help = await hale.run([name, "--help"]);
    expect(await hale.run(["help", name])).toEqual(help);
    expect(await hale.run([name, "--no-such-flag", "-h"])).toEqual(help);
  });
});

test("examples begin with the command, and every exit code is documented once", () => {
  for (const { name, examples, exits } of COMMANDS) {
    expect(examples.length).toBeGreaterThan(0);
    for (const { command } of examples) expect(command).toMatch(new RegExp(`\\bhale ${name}\\b`));
    expect(Object.keys(exits)).not.toContain("64");
  }
});
