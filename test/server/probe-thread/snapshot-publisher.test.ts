import { afterEach, expect, test } from "vitest";
import type { HealthOptions } from "../../../src/health.ts";
import { internalsOf } from "../../../src/health-internals.ts";
import { Heartbeat, sharedNow } from "../../../src/server/probe-thread/heartbeat.ts";
import type { Snapshot } from "../../../src/server/probe-thread/messages.ts";
import { SnapshotPublisher } from "../../../src/server/probe-thread/snapshot-publisher.ts";
import { compose } from "../../_support/compose.ts";
import { until } from "../../servers/_until.ts";

const publishers: SnapshotPublisher[] = [];
afterEach(() => {
  for (const publisher of publishers.splice(0)) publisher.stop();
});

function start(options: HealthOptions = {}) {
  const composed = compose(options);
  const beat = new Heartbeat();
  const sent: Snapshot[] = [];
  const parts = internalsOf("the test", composed.health);
  const publisher = new SnapshotPublisher({ parts, beat, send: (snapshot) => sent.push(snapshot) });
  publishers.push(publisher);
  return { ...composed, beat, sent, publisher };
}

test("a drain is sent in the turn in which it begins", () => {
  const { health, sent } = start();
  health.drain();
  expect(sent.at(-1)?.lifecycle).toMatchObject({ phase: "draining" });
});

test("a change of state is sent in the turn in which it happens, with its age", async () => {
  let up = true;
  const { health, sent, clock } = start({
    checks: { database: async () => up || Promise.reject(new Error("refused")) },
    defaults: { maxAge: 0 },
  });
  await health.report("deep");
  up = false;
  await clock.advance(30);
  const before = sharedNow();
  await health.report("deep");
  const [facts] = sent.at(-1)?.checks ?? [];
  expect(facts).toMatchObject({ status: "down", reason: "refused", wasUp: true });
  expect(facts?.startedAt).toBeGreaterThanOrEqual(before);
});

test("a beat is given at once, and goes on", async () => {
  const { beat } = start();
  const first = beat.at;
  expect(first).toBeGreaterThan(0);
  await until("another beat", () => beat.at > first);
});

test("a result that changes no state is sent soon, and nothing is sent when there is none", async () => {
  const { health, sent, clock, beat } = start({
    checks: { database: async () => true },
    defaults: { maxAge: 0 },
  });
  await health.report("deep");
  await until("what was new is sent", () => sent.length > 0);
  const quiet = async () => {
    const [count, now] = [sent.length, beat.at];
    await until("some beats", () => beat.at > now + 150);
    return sent.length - count;
  };
  await quiet();
  expect(await quiet()).toBe(0);
  await clock.advance(10);
  const count = sent.length;
  await health.report("deep");
  await until("the result is sent", () => sent.length > count);
});

test("what startup waits for is sent soon, without what cannot be sent", async () => {
  const { health, sent } = start({ startup: { manual: true } });
  health.addStartupTask("warm the cache", ({ progress }) => {
    progress((() => {}) as never);
    return new Promise(() => {});
  });
  await until("the task is sent", () => sent.at(-1)?.lifecycle.tasks.length === 1);
  expect(sent.at(-1)?.lifecycle.tasks).toEqual([
    { name: "warm the cache", status: "pending", progress: 0 },
  ]);
  expect(structuredClone(sent.at(-1))).toEqual(sent.at(-1));
});

test("the close of a health that drains already is sent", async () => {
  const { health, sent } = start({ checks: { database: async () => true } });
  await health.report("deep");
  health.drain();
  await health.close();
  await until("it is sent", () => sent.at(-1)?.checks[0]?.status === "unknown");
});
