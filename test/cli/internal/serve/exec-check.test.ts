import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exec } from "../../../../src/cli/internal/serve/exec-check.ts";
import { makeFolder } from "../../../_support/folder.ts";
import { isAlive } from "../../../_support/is-alive.ts";
import { runCheck } from "../../../_support/run-check.ts";
import { until } from "../../../servers/_until.ts";

const shell = (script: string) => ["sh", "-c", script];

test("exit code 0 is up", async () => {
  expect(await runCheck(exec({ command: ["true"] }), 10_000)).toMatchObject({ status: "up" });
});

test("another exit code is down, with the last line that was written", async () => {
  const command = shell("echo first; echo 'no such table' >&2; exit 3");
  expect(await runCheck(exec({ command }), 10_000)).toMatchObject({
    status: "down",
    reason: "The command ended with exit code 3: no such table",
    code: "HALE_COMMAND_FAILED",
  });
});

test("an exit code may mean degraded", async () => {
  const check = exec({ command: shell("exit 1"), degradedExits: [1] });
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "degraded" });
});

test("arguments are given as they are: no shell reads them", async () => {
  const check = exec({ command: ["test", "$HOME;*", "=", "$HOME;*"] });
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
});

test("a program that is not there is down, with the code of the system", async () => {
  expect(await runCheck(exec({ command: ["hale-no-such-program"] }), 10_000)).toMatchObject({
    status: "down",
    code: "ENOENT",
  });
});

test("a signal that ended it is named", async () => {
  expect(await runCheck(exec({ command: shell("kill -TERM $$") }), 10_000)).toMatchObject({
    reason: "The command was ended by SIGTERM.",
  });
});

test("it runs in its folder, with its variables besides those of hale", async () => {
  const cwd = makeFolder();
  const command = shell(`printf '%s %s' "$GREETING" "$PATH" > out`);
  const check = exec({ command, cwd, env: { GREETING: "hello" } });
  expect(await runCheck(check, 10_000)).toMatchObject({ status: "up" });
  expect(readFileSync(join(cwd, "out"), "utf8")).toBe(`hello ${process.env.PATH}`);
});

test("at its timeout it is killed, with all that it has started", async () => {
  const cwd = makeFolder();
  const command = shell("sleep 1000 & echo $! > child; echo $$ > leader; wait");
  const check = exec({ command, cwd });
  const running = runCheck(check, 2000);
  expect(await running).toMatchObject({ status: "down", code: "HALE_TIMEOUT" });
  for (const name of ["leader", "child"]) {
    const pid = Number(readFileSync(join(cwd, name), "utf8"));
    await until(`${name} has ended`, () => !isAlive(pid));
  }
});

test("what it leaves behind is killed when it ends, and does not hold it open", async () => {
  const cwd = makeFolder();
  const command = shell("sleep 1000 & echo $! > child");
  expect(await runCheck(exec({ command, cwd }), 10_000)).toMatchObject({ status: "up" });
  const pid = Number(readFileSync(join(cwd, "child"), "utf8"));
  await until("the child has ended", () => !isAlive(pid));
});

test("one that writes without end is ended at its limit", async () => {
  const check = exec({ command: ["yes"], outputLimit: 1000 });
  expect(await runCheck(check, 10_000)).toMatchObject({
    status: "down",
    reason: "The command was ended: it wrote more than 1000 bytes.",
    code: "HALE_COMMAND_FAILED",
  });
});

test("a credential in what it writes is redacted", async () => {
  const file = join(makeFolder(), "message");
  writeFileSync(file, "cannot reach postgres://shop:hunter2@db/shop\n");
  const { reason } = await runCheck(exec({ command: shell(`cat ${file}; exit 1`) }), 10_000);
  expect(reason).toContain("cannot reach postgres://");
  expect(reason).not.toContain("hunter2");
});
