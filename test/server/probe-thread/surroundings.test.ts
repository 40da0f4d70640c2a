import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { RUNTIMES } from "../../runtimes/programs.ts";

const PROGRAMS = resolve(import.meta.dirname, "programs");
const LIMIT = 180_000;

interface How {
  readonly cwd?: string;
  readonly env?: object;
}

/** Runs a program to its end, which must come by itself and well. */
async function run(program: string, args: readonly string[], { cwd, env }: How = {}) {
  const { stdout, stderr } = await promisify(execFile)(program, args, {
    timeout: LIMIT,
    cwd,
    env: { ...process.env, ...env },
  });
  return { stdout, stderr };
}

const node = (args: readonly string[], how?: How) => run(process.execPath, args, how);

const IN_THREAD = /probe thread unavailable; answering on the main thread/;

test("it does not hold the process open", async () => {
  expect(await node([join(PROGRAMS, "ends.mjs")])).toEqual({ stdout: "200\n", stderr: "" });
});

test("a start-up task that waits to be tried again does, until it is done", async () => {
  const { stdout } = await node([join(PROGRAMS, "tried-again.mjs"), "1"]);
  expect(stdout).toMatch(/not yet; next attempt in 1 s\ndone\n$/);
});

test("a start-up task that has failed for good does not hold the process open", async () => {
  const { stdout } = await node([join(PROGRAMS, "tried-again.mjs"), "0"]);
  expect(stdout).toContain("not yet");
  expect(stdout).not.toContain("done");
});

test("the program of its page goes on, because it serves something", async () => {
  const page = readFileSync("docs/thread.md", "utf8");
  const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const anywhere = program
    .replace("listen(8000)", 'listen(0, "127.0.0.1")')
    .replace("port: 9000", 'port: 0, host: "127.0.0.1"');
  const tell =
    "setImmediate(() => { console.log(process.getActiveResourcesInfo().join()); process.exit(); });";
  const code = `${anywhere}\n${tell}`;
  const { stdout } = await node(["--input-type=module", "--eval", code], { cwd: "test" });
  expect(anywhere).toContain("thread: true");
  expect(stdout).toContain("TCPServerWrap");
});

test("it answers in a program in CommonJS", async () => {
  const { stdout, stderr } = await node([join(PROGRAMS, "common.cjs")]);
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test("it answers in a program that tsx runs", async () => {
  const { stdout, stderr } = await node(["--import", "tsx", join(PROGRAMS, "typed.ts")]);
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test("it answers whatever NODE_OPTIONS loads", async () => {
  const agent = join(PROGRAMS, "main-thread-only.mjs");
  const env = { NODE_OPTIONS: `--import=${agent}` };
  const { stdout, stderr } = await node([join(PROGRAMS, "common.cjs")], { env });
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

test("it answers in a newer Node", async () => {
  expect(await run(RUNTIMES.node, ["--version"])).toMatchObject({
    stdout: expect.stringMatching(/^v(?:2[4-9]|[3-9]\d)\./),
  });
  const { stdout, stderr } = await run(RUNTIMES.node, [join(PROGRAMS, "common.cjs")]);
  expect(stdout).toMatch(/^200$/m);
  expect(stderr).not.toMatch(IN_THREAD);
});

const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";

/** What a process may do where Node knows such a permission. */
const allowNet = process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : [];

describe.each<[string, string, readonly string[], RegExp | undefined]>([
  ["Node", process.execPath, [], undefined],
  ["a newer Node", RUNTIMES.node, [], undefined],
  [
    "Node's permission model",
    process.execPath,
    [permission, "--allow-fs-read=*", ...allowNet],
    /Access to this API .*\(ERR_ACCESS_DENIED\)$/,
  ],
  [
    "the permission model of a newer Node",
    RUNTIMES.node,
    ["--permission", "--allow-fs-read=*", "--allow-net"],
    /Access to this API .*\(ERR_ACCESS_DENIED\)$/,
  ],
  [
    "the permission model of a newer Node, with --allow-worker",
    RUNTIMES.node,
    ["--permission", "--allow-fs-read=*", "--allow-net", "--allow-worker"],
    undefined,
  ],
  ["Bun", RUNTIMES.bun, ["run"], /This is bun, not Node\.$/],
  ["Deno", RUNTIMES.deno, ["run", "--allow-all"], /This is deno, not Node\.$/],
])("under %s", (_, program, args, why) => {
  const answered = `each probe is answered by ${why === undefined ? "the thread" : "the main thread, and one line says why"}`;
  test(answered, { timeout: LIMIT }, async () => {
    const { stdout } = await run(program, [...args, join(PROGRAMS, "asks-itself.mjs")]);
    const { answers, lines } = JSON.parse(stdout);
    expect(answers).toEqual({
      livez: '200 {"status":"ok"}',
      readyz: '200 {"status":"ok"}',
      startupz: '200 {"status":"ok"}',
      "health/deep": '200 {"status":"healthy","checks":{"database":"ok"}}',
      elsewhere: "404 ",
      draining: '503 {"status":"failed"}',
    });
    expect(lines).toEqual(why === undefined ? [] : [expect.stringMatching(IN_THREAD)]);
    if (why !== undefined) expect(lines[0]).toMatch(why);
  });
});
