import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ask } from "../../_support/ask.ts";
import { makeFolder } from "../../_support/folder.ts";
import { until } from "../../servers/_until.ts";
import { type Program, withProgram } from "./_program.ts";

/** What a service has logged with these words in it. */
const linesWith = (program: Program, words: string) =>
  program.lines.filter((line) => line.includes(words));

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
    expect(program.lines.join("\n")).toContain("it is started again at once");
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

test("a thread that runs for ever is terminated when it is closed, and its port with it", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    const begun = join(makeFolder(), "begun");
    const write = `process.getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(begun)}, "")`;
    program.evaluateInThreads(`${write}; for (;;);`);
    await until("it runs for ever", () => existsSync(begun));
    await program.close();
    await expect(ask(url, "GET", "/livez")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(program.child.exitCode).toBeNull();
  }));

test("a thread that dies again and again does not leave the port closed for more than a second", () =>
  withProgram({}, async (program) => {
    const url = await program.url();
    for (let deaths = 1; deaths <= 3; deaths++) {
      program.evaluateInThreads("process.exit(3)");
      await until("it listens again", () => linesWith(program, "listens again").length === deaths);
      expect((await ask(url, "GET", "/livez")).status).toBe(200);
    }
    expect(linesWith(program, "is started again")).toEqual([
      expect.stringMatching(/ at once$/),
      expect.stringMatching(/ in 100 ms$/),
      expect.stringMatching(/ in 200 ms$/),
    ]);
  }));

test("what a request may see is not shown to one of another thread, however often threads die", () =>
  withProgram({ rule: true }, async (program) => {
    const url = await program.url();
    const deep = (headers: Record<string, string>) =>
      ask(url, "GET", "/health/deep", { headers }).catch(() => undefined);
    await until("it is ready", async () => (await ask(url, "GET", "/readyz")).status === 200);
    for (let deaths = 1; deaths <= 3; deaths++) {
      const admin = deep({ "x-caller": `admin ${deaths}` });
      await until("the rule is asked", () => program.callers.includes(`admin ${deaths}`));
      program.evaluateInThreads("process.exit(3)");
      await until("it listens again", () => linesWith(program, "listens again").length === deaths);
      expect(await admin).toBeUndefined();
      const stranger = deep({ "x-caller": `stranger ${deaths}` });
      await until("the rule is asked", () => program.callers.includes(`stranger ${deaths}`));
      program.answerRule(`admin ${deaths}`, "details");
      program.answerRule(`stranger ${deaths}`, "status");
      expect(await stranger).toMatchObject({ status: 200, body: '{"status":"healthy"}' });
    }
  }));

test("the port is closed before the process ends, so that no parser is interrupted", () =>
  withProgram({}, async (program) => {
    await program.url();
    program.exitAndConnect();
    await until("it has ended", () => program.child.exitCode !== null);
    expect([program.child.exitCode, program.lines.at(-1)]).toEqual([0, "at its end: ECONNREFUSED"]);
  }));
