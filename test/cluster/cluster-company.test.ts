import { expect, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { startProgram } from "../_support/program.ts";

test("the application's first message on either side is one of its own", async () => {
  const program = startProgram("test/cluster/programs/messages.mjs");
  await program.line('{"primary"');
  program.signal("SIGTERM");
  const { lines } = await program.ended;
  expect(lines.filter((line) => line.startsWith("{")).toSorted()).toEqual([
    '{"primary":{"ready":true}}',
    '{"process":{"ready":true}}',
    '{"worker":{"config":"from the primary"}}',
  ]);
});

test("a fork that could not be started is down, and holds up neither the cluster nor its end", async () => {
  const program = startProgram("test/cluster/programs/failed-fork.mjs");
  await program.line('{"failed":"ENOENT"}');
  const { url } = JSON.parse(await program.line('{"url"')) as { url: string };
  const { checks } = JSON.parse((await ask(url, "GET", "/health/deep")).body);
  expect(checks["worker-2"]).toMatchObject({
    status: "failed",
    reason: "its process could not be started",
  });
  program.signal("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 0 });
});

test("a worker says once that its primary does not answer, which a primary with clusterHealth() does", async () => {
  const linesOf = async (...args: string[]) => {
    const program = startProgram("test/cluster/programs/deaf-primary.mjs", { args });
    return (await program.ended).lines;
  };
  expect(await linesOf()).toEqual([
    expect.stringMatching(
      /^hale: the primary did not answer .* within 10000 ms: .*clusterHealth\(createHealth\(\), \{ workers \}\)/,
    ),
    "The worker ends.",
  ]);
  expect(await linesOf("cluster")).toEqual(["The worker ends."]);
});

test.each(["replaces", "stands beside"])(
  "a primary with clusterHealth() answers a health that %s another of its worker",
  async (how) => {
    const args = ["cluster", how];
    const program = startProgram("test/cluster/programs/deaf-primary.mjs", { args });
    expect((await program.ended).lines).toEqual(["The worker ends."]);
  },
);
