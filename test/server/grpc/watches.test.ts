import { expect, test } from "vitest";
import { defineCheck } from "../../../src/contract/check.ts";
import type { ServingStatus } from "../../../src/grpc/messages.ts";
import type { HealthOptions } from "../../../src/health.ts";
import { internalsOf } from "../../../src/health-internals.ts";
import type { ProbeQuery } from "../../../src/report/reporter.ts";
import { followHealth } from "../../../src/server/grpc/follow-health.ts";
import { compose } from "../../_support/compose.ts";

/** What a watcher has received, `"end"` among it. */
type Received = (ServingStatus | "end")[];

/** A health in a fake time that serves, and a way to watch it. */
async function setUp(options: HealthOptions = {}) {
  const { clock, health } = compose({ logger: false, ...options });
  await clock.advance(0);
  const { watches, stop } = followHealth(internalsOf("test", health));
  const watch = (query: ProbeQuery | undefined) => {
    const received: Received = [];
    const cancel = watches.add(query, {
      send: (status) => received.push(status),
      end: () => received.push("end"),
    });
    return { received, cancel };
  };
  return { clock, health, watches, stop, watch };
}

const READINESS: ProbeQuery = { probe: "readiness" };

test("a watcher receives the status at once, and then nothing but changes", async () => {
  let up = true;
  const { clock, watch } = await setUp({ checks: { database: async () => up } });
  const { received } = watch(READINESS);
  await clock.advance(0);
  expect(received).toEqual(["SERVING"]);
  await clock.advance(60_000);
  expect(received).toEqual(["SERVING"]);
  up = false;
  await clock.advance(5000);
  expect(received).toEqual(["SERVING", "NOT_SERVING"]);
  up = true;
  await clock.advance(5000);
  expect(received).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
});

test("a thousand watchers of a check on demand cost one run in five seconds", async () => {
  let runs = 0;
  const { clock, watch } = await setUp({
    checks: {
      database: async () => {
        runs++;
      },
    },
  });
  const watchers = Array.from({ length: 1000 }, () => watch({ probe: "deep", check: "database" }));
  await clock.advance(0);
  expect(runs).toBe(1);
  await clock.advance(60_000);
  expect(runs).toBe(13);
  expect(watchers.map(({ received }) => received.join())).toEqual(Array(1000).fill("SERVING"));
});

test("watchers of several services that have a check in common share its runs", async () => {
  let runs = 0;
  const { clock, watch } = await setUp({
    checks: {
      database: async () => {
        runs++;
      },
    },
  });
  for (const query of [
    READINESS,
    { probe: "deep" },
    { probe: "deep", check: "database" },
  ] as const) {
    watch(query);
  }
  await clock.advance(20_000);
  expect(runs).toBe(5);
});

test("a check that flaps at each run, whose results are never reused, is run no more often", async () => {
  let runs = 0;
  const { clock, watch } = await setUp({
    defaults: { maxAge: 0 },
    checks: { database: async () => runs++ % 2 === 0 },
  });
  const { received } = watch(READINESS);
  await clock.advance(10_000);
  expect(runs).toBe(3);
  expect(received).toEqual(["SERVING", "NOT_SERVING", "SERVING"]);
});

test("a change that another prober finds is sent at once", async () => {
  let up = true;
  const { clock, health, watch } = await setUp({ checks: { database: async () => up } });
  const { received } = watch(READINESS);
  await clock.advance(2000);
  up = false;
  const report = health.report("deep");
  await clock.advance(0);
  await report;
  expect(received).toEqual(["SERVING", "NOT_SERVING"]);
});

test("a watcher of readiness hears when startup is done", async () => {
  const { clock, health, watch } = await setUp({ startup: { manual: true } });
  const { received } = watch(READINESS);
  const { received: startup } = watch({ probe: "startup" });
  await clock.advance(1000);
  expect([received, startup]).toEqual([["NOT_SERVING"], ["NOT_SERVING"]]);
  health.markStarted();
  await clock.advance(0);
  expect([received, startup]).toEqual([
    ["NOT_SERVING", "SERVING"],
    ["NOT_SERVING", "SERVING"],
  ]);
});

test("a watcher of a check that hangs receives its first status by the deadline", async () => {
  const { clock, watch } = await setUp({
    checks: { database: () => new Promise(() => {}) },
    deadline: 800,
  });
  const { received } = watch(READINESS);
  await clock.advance(800);
  expect(received).toEqual(["NOT_SERVING"]);
});

test("liveness that fails by time alone is seen at the next refresh", async () => {
  let up = true;
  const { clock, watch } = await setUp({
    checks: {
      database: defineCheck({
        scope: "dependency",
        probes: ["liveness"],
        restartAfter: 10_000,
        run: async () => up,
      }),
    },
  });
  const { received } = watch({ probe: "liveness" });
  await clock.advance(0);
  up = false;
  await clock.advance(14_999);
  expect(received).toEqual(["SERVING"]);
  await clock.advance(1);
  expect(received).toEqual(["SERVING", "NOT_SERVING"]);
});

test("a service that is not there is SERVICE_UNKNOWN, and the call stays open", async () => {
  const { clock, watch } = await setUp();
  const { received } = watch(undefined);
  await clock.advance(60_000);
  expect(received).toEqual(["SERVICE_UNKNOWN"]);
});

test("at the drain readiness is NOT_SERVING, and then every Watch ends in the same turn", async () => {
  const { clock, health, watches, watch } = await setUp({ checks: { database: async () => {} } });
  const queries = [
    READINESS,
    { probe: "liveness" },
    { probe: "deep", check: "database" },
    undefined,
  ] as const;
  const watchers = queries.map(watch);
  await clock.advance(0);
  health.drain();
  expect(watchers.map(({ received }) => received)).toEqual([
    ["SERVING", "NOT_SERVING", "end"],
    ["SERVING", "end"],
    ["SERVING", "end"],
    ["SERVICE_UNKNOWN", "end"],
  ]);
  expect(watches.size).toBe(0);
});

test("readiness that was NOT_SERVING before is not sent again at the drain", async () => {
  const { clock, health, watch } = await setUp({ checks: { database: async () => false } });
  const { received } = watch(READINESS);
  await clock.advance(0);
  health.drain();
  expect(received).toEqual(["NOT_SERVING", "end"]);
});

test("a Watch whose first status is still awaited at the drain receives one, and ends", async () => {
  const { clock, health, watch } = await setUp({
    checks: { database: () => new Promise((resolve) => clock.after(100, () => resolve(true))) },
  });
  const readiness = watch(READINESS);
  const check = watch({ probe: "deep", check: "database" });
  health.drain();
  expect(readiness.received).toEqual(["NOT_SERVING", "end"]);
  await clock.advance(100);
  expect(check.received).toEqual(["SERVING"]);
  await clock.advance(900);
  expect(check.received).toEqual(["SERVING", "end"]);
});

test("a Watch that begins during the drain ends a second later, so that clients do not try again at once", async () => {
  const { clock, health, watch } = await setUp();
  health.drain();
  const readiness = watch(READINESS);
  const liveness = watch({ probe: "liveness" });
  await clock.advance(999);
  expect([readiness.received, liveness.received]).toEqual([["NOT_SERVING"], ["SERVING"]]);
  await clock.advance(1);
  expect([readiness.received, liveness.received]).toEqual([
    ["NOT_SERVING", "end"],
    ["SERVING", "end"],
  ]);
});

test("the end of a health ends every Watch", async () => {
  const { clock, health, watch } = await setUp();
  const { received } = watch(READINESS);
  await clock.advance(0);
  await health.close();
  expect(received).toEqual(["SERVING", "NOT_SERVING", "end"]);
});

test("a Watch that comes when all have ended, since the server closes, ends at once", async () => {
  const { clock, watches, watch } = await setUp();
  watches.endAll();
  const { received, cancel } = watch(READINESS);
  expect(received).toEqual(["end"]);
  cancel();
  await clock.advance(60_000);
  expect([received, watches.size]).toEqual([["end"], 0]);
});

test("a watcher that cancels receives nothing more, and no check runs for it", async () => {
  let runs = 0;
  const { clock, health, watches, watch } = await setUp({
    checks: {
      database: async () => {
        runs++;
      },
    },
  });
  const { received, cancel } = watch(READINESS);
  await clock.advance(0);
  cancel();
  cancel();
  expect(watches.size).toBe(0);
  await clock.advance(60_000);
  health.drain();
  expect([runs, received]).toEqual([1, ["SERVING"]]);
});

test("one that cancels before its first status receives none", async () => {
  const { clock, watch } = await setUp({ checks: { database: async () => {} } });
  const { received, cancel } = watch(READINESS);
  cancel();
  await clock.advance(1000);
  expect(received).toEqual([]);
});

test("watchers who come again are refreshed again", async () => {
  let runs = 0;
  const { clock, watch } = await setUp({
    checks: {
      database: async () => {
        runs++;
      },
    },
  });
  watch(READINESS).cancel();
  await clock.advance(100_000);
  const before = runs;
  watch(READINESS);
  await clock.advance(10_000);
  expect(runs - before).toBe(3);
});

test("stop() ends every Watch, and changes are followed no longer", async () => {
  const { clock, health, watches, stop, watch } = await setUp();
  const { received } = watch(READINESS);
  await clock.advance(0);
  stop();
  expect(received).toEqual(["SERVING", "end"]);
  health.drain();
  expect([received.length, watches.size]).toEqual([2, 0]);
});
