import { expect, onTestFinished, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";
import { createHealth } from "../../src/health.ts";
import { listen } from "../../src/node.ts";
import { startHttp } from "./_endpoints.ts";
import { endOf, installCommand } from "./_installed-command.ts";

const hale = installCommand();

const LOST = "hale: The output could not be written (ENOSPC).\n";

test.each(["completion bash", "help", "--version", "serve --check a=tcp://127.0.0.1:1"])(
  "hale %s exits with 74 when its output could not be written, and with 0 when its reader has gone",
  async (words) => {
    const run = (redirect: string) => endOf("bash", ["-c", `"$0" ${words} ${redirect}`, hale.path]);
    expect(await run("> /dev/full")).toEqual({ code: 74, stdout: "", stderr: LOST });
    expect(await run(`| true; exit \${PIPESTATUS[0]}`)).toMatchObject({ code: 0, stderr: "" });
  },
);

test("each command but those that say whether endpoints are healthy lists 74", () => {
  const keeping = COMMANDS.filter(({ exits }) => !(74 in exits)).map(({ name }) => name);
  expect(keeping.sort()).toEqual(["probe", "wait", "watch"]);
});

/** Runs hale with its output on a disk that is full. */
const lose = (words: readonly string[]) =>
  endOf("bash", ["-c", '"$0" "$@" > /dev/full', hale.path, ...words]);

test.each([
  ["wait", ["--for", "30s", "--timeout", "30s"]],
  // It ends when its first line is lost.
  ["watch", ["--timeout", "30s"]],
])(
  "hale %s exits with 0 for an endpoint that is up, although its output is lost",
  async (command, flags) => {
    const { port } = await startHttp();
    const ended = await lose([command, ...flags, `http://127.0.0.1:${port}/ok`]);
    expect(ended).toEqual({ code: 0, stdout: "", stderr: LOST });
  },
);

test("hale audit exits with 74 for an endpoint that breaks no rule when its report is lost", async () => {
  const health = createHealth({ logger: false });
  const { port, close } = await listen(health, { port: 0, host: "127.0.0.1" });
  onTestFinished(async () => {
    await close();
    await health.close();
  });
  await health.whenReady();
  const words = [
    "audit",
    "--timeout",
    "30s",
    "--idle-timeout",
    "1s",
    `http://127.0.0.1:${port}/health/ready`,
  ];
  expect(await hale.run(words)).toMatchObject({ code: 0 });
  expect(await lose(words)).toEqual({ code: 74, stdout: "", stderr: LOST });
});

test("hale watch exits with 1 for an endpoint that never answered, which has a line", async () => {
  const { port } = await startHttp();
  const url = `http://127.0.0.1:${port}/hang`;
  const { code, stdout } = await hale.run(["watch", "--for", "1s", "--timeout", "30s", url]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/\/hang waiting .*no response/)]);
});
