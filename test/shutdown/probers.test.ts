import { expect, test } from "vitest";
import { internalsOf } from "../../src/health-internals.ts";
import { followReadiness, Probers, probersOf } from "../../src/shutdown/probers.ts";
import { serve } from "../_support/compose.ts";

test("what each was told is counted from the drain on", () => {
  const probers = new Probers();
  probers.told("a", 1);
  probers.startCounting();
  expect(probers.all).toEqual([{ seen: 1, told: [] }]);
  probers.told("a", 2);
  probers.seen("a", 3);
  probers.told("a", 4);
  expect(probers.all).toEqual([{ seen: 4, told: [2, 4] }]);
});

test("who listens is called when one is told, and not when one is seen, until it stops", () => {
  const probers = new Probers();
  let calls = 0;
  const stop = probers.onTold(() => calls++);
  probers.seen("a", 1);
  probers.told("a", 2);
  stop();
  probers.told("a", 3);
  expect(calls).toBe(1);
});

test("no more than 1000 are remembered, with 100 answers each, those that asked last", () => {
  const probers = new Probers();
  for (let at = 0; at < 1500; at++) {
    probers.seen(`prober ${at}`, at);
    probers.told("constant", at);
  }
  const times = probers.all.map(({ seen }) => seen);
  expect(times).toHaveLength(1000);
  expect(Math.min(...times)).toBe(501);
  expect(probers.all.find(({ told }) => told.length > 0)?.told).toHaveLength(100);
});

test("a health's readiness is followed until that is ended, and its other probes are not", async () => {
  const { health, clock } = await serve();
  const parts = internalsOf("test", health);
  const stop = followReadiness(parts);
  const remoteAddress = "10.0.0.1";
  const header = (name: string) => (name === "user-agent" ? "HAProxy" : undefined);
  const ask = (url: string) => health.handle({ method: "GET", url, header, remoteAddress });
  await ask("/livez");
  await ask("/health/deep");
  expect(probersOf(parts).all).toEqual([]);
  await ask("/readyz");
  expect(probersOf(parts).all).toEqual([{ seen: 0, told: [] }]);
  health.drain();
  await clock.advance(70);
  await ask("/readyz");
  expect(probersOf(parts).all).toEqual([{ seen: 70, told: [70] }]);
  stop();
  await clock.advance(70);
  await ask("/readyz");
  expect(probersOf(parts).all).toEqual([{ seen: 70, told: [70] }]);
});

test("those that the probe thread tells of are followed too", async () => {
  const { health } = await serve();
  const parts = internalsOf("test", health);
  const stop = followReadiness(parts);
  parts.events.emit("prober", { key: "10.0.0.1 HAProxy", at: 5, told: false });
  parts.events.emit("prober", { key: "10.0.0.1 HAProxy", at: 9, told: true });
  expect(probersOf(parts).all).toEqual([{ seen: 9, told: [9] }]);
  stop();
  parts.events.emit("prober", { key: "10.0.0.2 HAProxy", at: 10, told: true });
  expect(probersOf(parts).all).toHaveLength(1);
});
