import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";
import { makeFolder } from "../_support/folder.ts";
import { startSilent } from "./_endpoints.ts";
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
    for (const exit of [...Object.keys(exits), "64", "70"]) {
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
    expect(Object.keys(exits)).not.toContain("70");
  }
});

describe("a fault of hale itself is one line on stderr and 70:", () => {
  const fault = "new Error('first\\nsecond \\u001b[31mred')";
  const line =
    "hale: Internal error: Error: first second red. It says nothing of any endpoint. Please report it.\n";

  test.each([
    ["probe", `process.hrtime = () => { throw ${fault}; };`],
    ["wait", `process.hrtime = () => { throw ${fault}; };`],
    ["watch", `performance.now = () => { throw ${fault}; };`],
    // A timer of its own, as a callback of a socket would throw.
    [
      "watch",
      `process.on("newListener", (name) => {
      if (name === "SIGINT") setImmediate(() => { throw ${fault}; });
    });`,
    ],
    [
      "probe",
      `const { AbortController: Original } = globalThis;
    globalThis.AbortController = class extends Original {
      constructor() { super(); setImmediate(() => { throw ${fault}; }); }
    };`,
    ],
    [
      "probe",
      `const { AbortController: Original } = globalThis;
    globalThis.AbortController = class extends Original {
      constructor() { super(); setImmediate(() => Promise.reject(${fault})); }
    };`,
    ],
  ])("hale %s, by %s", async (command, source) => {
    expect(await runWithFault(command, source)).toEqual({ code: 70, stdout: "", stderr: line });
  });

  test.each(["probe", "wait", "watch"])(
    "hale %s, under an agent that records exceptions",
    async (command) => {
      const source = `process.on("uncaughtException", () => {});
    performance.now = process.hrtime = () => {
      setImmediate(() => { throw ${fault}; });
      return [0, 0];
    };`;
      expect(await runWithFault(command, source)).toEqual({ code: 70, stdout: "", stderr: line });
    },
  );

  test.each([
    ["a URL", "connect to https://shop:⟦kZ9!vQ2x⟧@10.0.0.4/health failed"],
    [
      "a header",
      "Invalid character in header content: Authorization: Bearer ⟦eyJhbGciOiJIUzI1NiJ9⟧",
    ],
    ["a flag", "spawn hale probe --password ⟦plover-egg-9⟧ ENOENT"],
    ["an option", "bad options { host: 'db', password: '⟦inspectMe55⟧' }"],
    ["a query", "GET http://db/?access_token=⟦w1nter-is-coming⟧ failed"],
    ["a token by its looks", "unexpected ⟦ghp_16C7e42F292c6912E7710c838347Ae178B4a⟧"],
    [
      "a private key",
      "bad key -----BEGIN PRIVATE KEY----- ⟦MIIEvQIBADANBgkqhkiG9w0BAQEFAASC⟧ -----END PRIVATE KEY-----",
    ],
  ])("its line loses what is secret in %s", async (_, text) => {
    const [, secret = ""] = /⟦(.*)⟧/.exec(text) ?? [];
    const message = JSON.stringify(text.replace(/[⟦⟧]/g, ""));
    for (const command of ["probe", "watch"]) {
      const source = `performance.now = process.hrtime = () => { throw new Error(${message}); };`;
      const { code, stdout, stderr } = await runWithFault(command, source);
      expect({ code, stdout }).toEqual({ code: 70, stdout: "" });
      expect(stderr).toMatch(/^hale: Internal error: Error: .*\*\*\*.* Please report it\.\n$/);
      expect(stderr).not.toContain(secret);
    }
  });

  test("a second error adds no line, and what has no text is named", async () => {
    const source = `process.hrtime = () => {
      setImmediate(() => { throw new Error("second"); });
      throw Object.create(null);
    };`;
    expect(await runWithFault("probe", source)).toEqual({
      code: 70,
      stdout: "",
      stderr: line.replace("Error: first second red", "a value that cannot be read"),
    });
  });

  /** Runs a command with a module that is loaded before it. */
  async function runWithFault(command: string, source: string) {
    const file = join(makeFolder(), "fault.cjs");
    writeFileSync(file, source);
    const { port } = await startSilent();
    const env = { ...process.env, NODE_OPTIONS: `--require ${file}` } as Record<string, string>;
    const url = `http://127.0.0.1:${port}/`;
    const limit = ["--timeout", "1h", ...(command === "wait" ? ["--for", "1h"] : [])];
    return hale.run([command, ...limit, url], { env });
  }
});
