import { expect, test } from "vitest";
import { internalsOf } from "../../src/health-internals.ts";
import { followReadiness, Probers, probersOf } from "../../src/shutdown/probers.ts";
import { serve } from "../_support/compose.ts";

test("503s are counted from the drain on", () => {
  const probers = new Probers();
  probers.seen("a", 0);
  probers.refused("a", 1);
  probers.startCounting();
  expect(probers.recent(1)).toEqual([expect.objectContaining({ seen: 1, refusals: [] })]);
  probers.refused("a", 2);
  probers.seen("a", 3);
  probers.refused("a", 4);
  expect(probers.recent(4)).toEqual([expect.objectContaining({ seen: 4, refusals: [2, 4] })]);
});

test("a single request is no prober's, and the second one of a minute is", () => {
  const probers = new Probers();
  probers.seen("a", 0);
  expect(probers.recent(0)).toEqual([]);
  probers.seen("a", 60_001);
  expect(probers.recent(60_001)).toEqual([]);
  probers.seen("a", 120_001);
  expect(probers.recent(120_001)).toHaveLength(1);
});

test("a prober that has not asked for a minute is none any more", () => {
  const probers = new Probers();
  for (const at of [0, 10]) probers.seen("a", at);
  expect([probers.recent(60_010).length, probers.recent(60_011).length]).toEqual([1, 0]);
});

test("listeners are called at a 503, and at no other response, until they stop", () => {
  const probers = new Probers();
  let calls = 0;
  const stop = probers.onRefusal(() => calls++);
  probers.seen("a", 1);
  probers.refused("a", 2);
  stop();
  probers.refused("a", 3);
  expect(calls).toBe(1);
});

test("no more than 1000 callers are remembered, with 100 refusals each, those that asked last", () => {
  const probers = new Probers();
  for (let at = 0; at < 1500; at++) {
    for (let time = 0; time < 2; time++) probers.seen(`prober ${at}`, at);
    probers.refused("constant", at);
  }
  const recent = probers.recent(1500);
  const times = recent.map(({ seen }) => seen);
  expect(times).toHaveLength(1000);
  expect(Math.min(...times)).toBe(501);
  expect(recent.find(({ refusals }) => refusals.length > 0)?.refusals).toHaveLength(100);
});

test("a health's readiness is followed until that is ended, and its other probes are not", async () => {
  const { health, clock } = await serve();
  const parts = internalsOf("test", health);
  const stop = followReadiness(parts);
  const remoteAddress = "10.0.0.1";
  const header = (name: string) => (name === "user-agent" ? "HAProxy" : undefined);
  const ask = (url: string) => health.handle({ method: "GET", url, header, remoteAddress });
  const recent = () => probersOf(parts).recent(clock.now());
  for (let time = 0; time < 2; time++) await ask("/livez");
  for (let time = 0; time < 2; time++) await ask("/health/deep");
  expect(recent()).toEqual([]);
  for (let time = 0; time < 2; time++) await ask("/readyz");
  expect(recent()).toEqual([expect.objectContaining({ seen: 0, refusals: [] })]);
  health.drain();
  await clock.advance(70);
  await ask("/readyz");
  expect(recent()).toEqual([expect.objectContaining({ seen: 70, refusals: [70] })]);
  stop();
  await clock.advance(70);
  await ask("/readyz");
  expect(recent()).toEqual([expect.objectContaining({ seen: 70, refusals: [70] })]);
});

test("those that the probe thread reports are followed too", async () => {
  const { health } = await serve();
  const parts = internalsOf("test", health);
  const stop = followReadiness(parts);
  parts.events.emit("prober", { key: "10.0.0.1 HAProxy", at: 5, refused: false });
  parts.events.emit("prober", { key: "10.0.0.1 HAProxy", at: 9, refused: true });
  expect(probersOf(parts).recent(9)).toEqual([expect.objectContaining({ seen: 9, refusals: [9] })]);
  stop();
  for (let time = 0; time < 2; time++) {
    parts.events.emit("prober", { key: "10.0.0.2 HAProxy", at: 10, refused: true });
  }
  expect(probersOf(parts).recent(10)).toHaveLength(1);
});
