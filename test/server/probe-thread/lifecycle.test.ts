import { expect, test } from "vitest";
import { ask } from "../../_support/ask.ts";
import { until } from "../../servers/_until.ts";
import { withProgram } from "./_program.ts";

test.each([
  [
    "takes more memory than it may",
    "for (const all = [];;) all.push(new Array(1e5).fill(1.5))",
    "memory limit",
  ],
  ["throws", "throw new Error('a bug')", "a bug"],
  ["ends", "process.exit(3)", "it has ended by itself"],
])("a thread that %s is told of, and started again on its port", (_, expression, why) =>
  withProgram({}, async (program) => {
    const url = await program.url();
    await until("it is ready", async () => (await ask(url, "GET", "/readyz")).status === 200);
    program.evaluateInThreads(expression);
    await until("it listens again", () =>
      program.lines.some((line) => line.includes("listens again")),
    );
    expect(program.lines.filter((line) => line.includes("probe thread"))).toEqual([
      expect.stringContaining(`the probe thread has died: `),
      `hale: the probe thread listens again on port ${new URL(url).port}`,
    ]);
    expect(program.lines.join("\n")).toContain(why);
    expect(program.lines.join("\n")).toContain("it is started again in 100 ms");
    expect((await ask(url, "GET", "/readyz")).status).toBe(200);
  }),
);

test("a thread that dies while the service drains comes back draining", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    program.drain();
    program.evaluateInThreads("process.exit(3)");
    await until("it listens again", () =>
      program.lines.some((line) => line.includes("listens again")),
    );
    expect((await ask(url, "GET", "/readyz")).status).toBe(503);
    expect((await ask(url, "GET", "/livez")).status).toBe(200);
  }));

test("a thread that was closed does not come back", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    await program.close();
    await expect(ask(url, "GET", "/livez")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(program.lines.filter((line) => line.includes("probe thread"))).toEqual([]);
  }));
