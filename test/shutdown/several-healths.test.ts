import { expect, test } from "vitest";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import type { ShutdownOptions } from "../../src/shutdown/shutdown-options.ts";
import { serve } from "../_support/compose.ts";
import { FakeProcess } from "../_support/fake-process.ts";

/** Two services of one process, each with its own health and its own time. */
async function two(first: Partial<ShutdownOptions>, second: Partial<ShutdownOptions>) {
  const fake = new FakeProcess();
  const services = await Promise.all(
    [first, second].map(async (options) => {
      const { health, clock, lines } = await serve();
      const { begin, dispose } = composeShutdown({ health, ...options }, fake.environment);
      return { health, clock, lines, begin, dispose };
    }),
  );
  const [one, other] = services as [(typeof services)[0], (typeof services)[0]];
  return { fake, one, other };
}

const slow = { onClose: () => new Promise(() => {}), hookTimeout: 3000 };

test("the last one ends the process, with the worst code", async () => {
  const { fake, one, other } = await two({}, slow);
  fake.emit("SIGTERM");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([]);
  await other.clock.advance(3000);
  expect(fake.exits).toEqual([1]);
});

test("one that begins has the others begin, whatever signals they listen to", async () => {
  const { fake, one, other } = await two({}, { signals: ["SIGUSR2"] });
  void one.begin("the first one");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([]);
  expect(other.lines[0]?.[1]).toContain("shutdown started: the first one");
  await other.clock.advance(0);
  expect(fake.exits).toEqual([0]);
});

test("one that does not end the process is waited for, and begins no other", async () => {
  const { fake, one, other } = await two({ exit: false }, {});
  void one.begin();
  await one.clock.advance(0);
  expect([fake.exits, other.lines]).toEqual([[], []]);

  const both = await two({ ...slow, exit: false }, {});
  both.fake.emit("SIGTERM");
  await both.other.clock.advance(0);
  expect(both.fake.exits).toEqual([]);
  await both.one.clock.advance(3000);
  expect(both.fake.exits).toEqual([1]);
});

test("one that was disposed of does not count", async () => {
  const { fake, one, other } = await two({}, {});
  other.dispose();
  fake.emit("SIGTERM");
  await one.clock.advance(0);
  expect(fake.exits).toEqual([0]);
});
