import { expect, test } from "vitest";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { serve } from "../_support/compose.ts";
import { FakeProcess } from "../_support/fake-process.ts";
import { startProgram } from "../_support/program.ts";

/** The lines that a program has logged, once it and its workers have ended by the signal. */
async function linesOf(shape: "primary" | "led" | "worker") {
  const program = startProgram("test/shutdown/programs/unled.mjs", { args: [shape] });
  await program.line('"serves"');
  program.signal("SIGTERM");
  const { lines } = await program.ended;
  return lines.filter((line) => line.includes('"who"')).map((line) => JSON.parse(line));
}

test("a primary warns of workers that it does not lead", async () => {
  expect(await linesOf("primary")).toEqual([
    {
      who: "primary",
      text: "hale: this process has 1 worker of node:cluster, which ends at once with it, with requests in flight: give gracefulShutdown() the health that clusterHealth() returns",
    },
  ]);
});

test("a primary that leads its workers with another health warns of none", async () => {
  expect(await linesOf("led")).toEqual([]);
});

test.each([
  [true, 1],
  [false, 0],
])("a primary is warned where its process ends with the shutdown: %s", async (exit, count) => {
  const { health, clock, lines } = await serve();
  const { environment } = new FakeProcess();
  const cluster = { workers: { 1: {} } };
  const ended = composeShutdown({ health, exit }, { ...environment, cluster }).begin();
  await clock.advance(0);
  await ended;
  expect(lines.filter(([level]) => level === "warn")).toHaveLength(count);
});

test("a worker says that its primary has ended it", async () => {
  expect(await linesOf("worker")).toEqual([
    {
      who: "worker",
      text: "hale: the primary of this worker has ended, and ends it at once, with requests in flight: call gracefulShutdown() in the primary too, with the health of clusterHealth()",
    },
  ]);
});

test("a worker thread is told that no signal reaches it, and ends when the main thread asks", async () => {
  const program = startProgram("test/shutdown/programs/unled.mjs", { args: ["thread"] });
  const { code, lines } = await program.ended;
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      who: "thread",
      text: "hale: gracefulShutdown() was called in a worker thread, which no signal reaches: call it in the main thread, or call begin() when that asks this thread to end",
    },
    { exit: 0 },
  ]);
  expect(code).toBe(0);
});
