import { expect, test } from "vitest";
import { startHttp } from "./_endpoints.ts";
import { endOf, installCommand } from "./_installed-command.ts";

const hale = installCommand();

test.each(["completion bash", "help", "--version"])(
  "hale %s exits with 74 when its output could not be written, and with 0 when its reader has gone",
  async (words) => {
    const lost = "hale: The output could not be written (ENOSPC).\n";
    const run = (redirect: string) => endOf("bash", ["-c", `"$0" ${words} ${redirect}`, hale.path]);
    expect(await run("> /dev/full")).toEqual({ code: 74, stdout: "", stderr: lost });
    expect(await run(`| true; exit \${PIPESTATUS[0]}`)).toMatchObject({ code: 0, stderr: "" });
  },
);

test("the verdict of hale watch stays, and an endpoint that never answered has a line", async () => {
  const { port } = await startHttp();
  const url = `http://127.0.0.1:${port}/hang`;
  const { code, stdout } = await hale.run(["watch", "--for", "1s", "--timeout", "30s", url]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/\/hang waiting .*no response/)]);
});
