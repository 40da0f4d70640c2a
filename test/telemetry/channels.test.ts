import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics from "node:diagnostics_channel";
import { describe, expect, onTestFinished, test } from "vitest";
import { serve } from "../_support/compose.ts";

/** The messages of a channel from now on, until the end of the test. */
function messagesOf(name: string): unknown[] {
  const messages: unknown[] = [];
  const listener = (message: unknown) => messages.push(message);
  diagnostics.subscribe(name, listener);
  onTestFinished(() => {
    diagnostics.unsubscribe(name, listener);
  });
  return messages;
}

test("runs are published when they begin, and when they have ended or are written off", async () => {
  const [starts, ends] = [messagesOf("hale.run.start"), messagesOf("hale.run.end")];
  const service = await serve({
    checks: {
      cache: async () => false,
      database: () => new Promise(() => {}),
    },
    defaults: { timeout: 200 },
  });
  const answer = service.get("/health/deep");
  await service.clock.advance(200);
  await answer;
  expect(starts).toEqual([{ check: "cache" }, { check: "database" }]);
  expect(ends).toEqual([
    { check: "cache", outcome: "down", duration: 0, timedOut: false, writtenOff: false },
    { check: "database", outcome: "down", duration: 200, timedOut: true, writtenOff: true },
  ]);
});

test("changes of state are published as the service's own listeners receive them", async () => {
  const published = messagesOf("hale.transition");
  const service = await serve({ checks: { database: async () => false } });
  const heard: unknown[] = [];
  service.health.on("change", (event) => heard.push(event));
  await service.get("/health/deep");
  await service.get("/health/deep");
  expect(published).toEqual(heard);
  expect(published).toMatchObject([{ check: "database", from: "unknown", to: "down" }]);
});

test("responses are published with their probe, check and status; scrapes are not", async () => {
  const responses = messagesOf("hale.response");
  const service = await serve({ checks: { database: async () => false } });
  await service.get("/livez");
  await service.get("/health/deep/database");
  await service.get("/health/deep?format=prometheus");
  expect(responses).toEqual([
    { probe: "liveness", check: undefined, status: 200 },
    { probe: "deep", check: "database", status: 503 },
  ]);
});

describe("a store that is bound to the beginning of runs", () => {
  const store = new AsyncLocalStorage<string>();

  function bind(): void {
    const channel = diagnostics.channel("hale.run.start");
    channel.bindStore(store, (message) => `run of ${(message as { check: string }).check}`);
    onTestFinished(() => {
      channel.unbindStore(store);
    });
  }

  test("holds within each run to its end, and nowhere else", async () => {
    bind();
    const seen: (string | undefined)[] = [];
    const service = await serve({
      checks: {
        database: async () => {
          seen.push(store.getStore());
          await Promise.resolve();
          seen.push(store.getStore());
        },
      },
    });
    service.health.on("change", () => seen.push(store.getStore()));
    await store.run("the request", async () => {
      await service.get("/health/deep");
      seen.push(store.getStore());
    });
    expect(seen).toEqual([
      "run of database",
      "run of database",
      expect.not.stringContaining("run of"),
      "the request",
    ]);
  });

  test("holds in the background too", async () => {
    bind();
    const seen: (string | undefined)[] = [];
    const service = await serve({
      checks: { database: () => void seen.push(store.getStore()) },
      defaults: { interval: 1000 },
    });
    await service.clock.advance(2500);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(["run of database"]));
  });
});

test("without subscribers a run goes on as it is", async () => {
  const service = await serve({ checks: { database: async () => true } });
  expect(await service.status("/health/deep")).toBe(200);
});
