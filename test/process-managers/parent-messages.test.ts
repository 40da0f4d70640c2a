import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { takeMessages } from "../../src/process-managers/parent-messages.ts";
import { startProgram } from "../_support/program.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what comes before the application listens is given to its first listener, in order", async () => {
  const process = new EventEmitter();
  const taken: unknown[] = [];
  takeMessages(process, (message) => taken.push(message));
  process.emit("message", "one", "a handle");
  process.emit("message", "two", undefined);
  const got: unknown[] = [];
  process.on("message", (...values) => got.push(values));
  expect(got).toEqual([]);
  await settled();
  process.emit("message", "three", undefined);
  expect(got).toEqual([
    ["one", "a handle"],
    ["two", undefined],
    ["three", undefined],
  ]);
  expect(taken).toEqual(["one", "two", "three"]);
});

test("a listener that takes one message leaves the others to the next one", async () => {
  const process = new EventEmitter();
  takeMessages(process, () => {});
  for (const message of ["one", "two"]) process.emit("message", message);
  const got: unknown[] = [];
  for (let count = 0; count < 2; count++) {
    process.once("message", (message) => got.push(message));
    await settled();
  }
  expect(got).toEqual(["one", "two"]);
});

test("what was kept is given away also when hale has gone meanwhile", async () => {
  const process = new EventEmitter();
  const stop = takeMessages(process, () => {});
  process.emit("message", "one");
  stop();
  const got: unknown[] = [];
  process.on("message", (message) => got.push(message));
  await settled();
  expect(got).toEqual(["one"]);
  process.removeAllListeners("message");
  expect(process.eventNames()).toEqual([]);
});

test("there is one listener for all who take messages, and none after the last of them", () => {
  const process = new EventEmitter();
  const stops = [takeMessages(process, () => {}), takeMessages(process, () => {})];
  expect(process.listenerCount("message")).toBe(1);
  for (const stop of [...stops, ...stops]) stop();
  expect(process.eventNames()).toEqual([]);
});

test("a real child process loses no message of its parent by gracefulShutdown()", async () => {
  const program = startProgram("test/shutdown/programs/late-listener.mjs", { channel: true });
  await program.line("hale listens");
  program.child.send("one");
  program.child.send({ two: 2 });
  program.child.send("listen");
  expect(await program.ended).toMatchObject({
    code: 0,
    lines: expect.arrayContaining(['got "one"', 'got {"two":2}', 'got "listen"']),
  });
});
