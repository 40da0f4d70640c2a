import { expect, test, vi } from "vitest";
import { internalsOf } from "../../src/health-internals.ts";
import { onStarted } from "../../src/process-managers/on-started.ts";
import { compose } from "../_support/compose.ts";

test("it calls back once, when the last start-up task is done", async () => {
  const { health, clock } = compose();
  const { promise, resolve } = withResolver();
  health.addStartupTask("warm up", promise);
  const then = vi.fn();
  onStarted(internalsOf("test", health), then);
  await clock.advance(10_000);
  expect(then).not.toHaveBeenCalled();
  resolve();
  await clock.advance(0);
  expect(then).toHaveBeenCalledOnce();
  health.drain();
  await clock.advance(10_000);
  expect(then).toHaveBeenCalledOnce();
});

test("a start that is done while draining is told of too", async () => {
  const { health, clock } = compose();
  const { promise, resolve } = withResolver();
  health.addStartupTask("warm up", promise);
  const then = vi.fn();
  onStarted(internalsOf("test", health), then);
  await clock.advance(0);
  health.drain();
  await clock.advance(1000);
  expect(then).not.toHaveBeenCalled();
  resolve();
  await clock.advance(1000);
  expect(then).toHaveBeenCalledOnce();
});

test("it can be given up, and leaves no timer", async () => {
  const { health, clock } = compose({ startup: { manual: true } });
  const then = vi.fn();
  await clock.advance(0);
  const before = clock.pending;
  const stop = onStarted(internalsOf("test", health), then);
  await clock.advance(1000);
  stop();
  expect(clock.pending).toBe(before);
  health.markStarted();
  await clock.advance(1000);
  expect(then).not.toHaveBeenCalled();
});

function withResolver() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
