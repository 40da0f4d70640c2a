import { expect, test } from "vitest";
import { AwakeClock } from "../../../src/server/probe-thread/awake-clock.ts";
import { SnapshotStore } from "../../../src/server/probe-thread/snapshot-store.ts";
import { factsOf, snapshotOf } from "./_facts.ts";

function boardAt(now: number, ...checks: Parameters<typeof snapshotOf>[0]) {
  const clock = { now };
  return {
    clock,
    store: new SnapshotStore(snapshotOf(checks), { now: () => clock.now, at: (moment) => moment }),
  };
}

/** The states that a deep report is made of, with their ages. */
function statesOf(store: SnapshotStore) {
  const now = store.now();
  return store
    .states(store.participants("deep"))
    .map((state) => ({ ...state, age: now - (state.startedAt ?? Number.NaN) }));
}

test.each([
  [1000, "up", undefined],
  [1800, "up", undefined],
  [
    1801,
    "unknown",
    "The last result is older than 800 ms: the event loop was busy, or the process stood still.",
  ],
])(
  "at %i, a result of 1000 with an interval of 100 and a timeout of 500 is %s",
  (now, status, reason) => {
    const { store } = boardAt(now, factsOf("database"));
    expect(statesOf(store)).toMatchObject([{ status, reason, age: now - 1000, duration: 5 }]);
  },
);

test("time alone turns a store once, when a result becomes too old", () => {
  const { store, clock } = boardAt(
    1000,
    factsOf("database"),
    factsOf("cache", { startedAt: 1500 }),
  );
  const turned = [1800, 1801, 1802, 2300, 2301, 9999].map((now) => {
    clock.now = now;
    return store.hasTurned();
  });
  expect(turned).toEqual([false, true, false, false, true, false]);
});

test("a new snapshot takes the place of the old one, and of its age", () => {
  const { store, clock } = boardAt(1000, factsOf("database"));
  clock.now = 1790;
  store.post(snapshotOf([factsOf("database", { startedAt: 1700 })], { phase: "draining" }));
  clock.now = 1900;
  expect([store.hasTurned(), store.lifecycle.phase]).toEqual([false, "draining"]);
  expect(statesOf(store)).toMatchObject([{ status: "up", age: 200 }]);
});

test("a restart falls due by itself", () => {
  const facts = factsOf("database", { status: "down", restartAt: 1200 }, { restartAfter: 10_000 });
  const { store, clock } = boardAt(1199, facts);
  expect(store.hasTurned()).toBe(false);
  clock.now = 1201;
  expect(store.hasTurned()).toBe(true);
  expect(statesOf(store)).toMatchObject([{ status: "down", restartAt: 1200 }]);
});

test("a check takes part in the probes that its settings say", () => {
  const { store } = boardAt(1000, factsOf("database"), factsOf("cache", {}, { probes: ["deep"] }));
  const names = (probe: "readiness" | "deep" | "liveness") =>
    store.participants(probe).map(({ settings }) => settings.name);
  expect([names("liveness"), names("readiness"), names("deep")]).toEqual([
    [],
    ["database"],
    ["database", "cache"],
  ]);
});

test("a check without a result has no age", () => {
  const facts = factsOf("database", {
    status: "unknown",
    startedAt: undefined,
    reason: "Not yet.",
  });
  const { store } = boardAt(9000, facts);
  expect(statesOf(store)).toMatchObject([
    { status: "unknown", reason: "Not yet.", startedAt: undefined },
  ]);
});

test("a result does not age while the thread stands still, nor one of before that is told after it", () => {
  let now = 1000;
  const store = new SnapshotStore(snapshotOf([factsOf("database")]), new AwakeClock(() => now));
  const view = () => statesOf(store)[0];
  now = 21_000;
  expect(view()).toMatchObject({ status: "up", age: 50 });
  store.post(snapshotOf([factsOf("database", { startedAt: 1000 })]));
  now = 21_050;
  expect(view()).toMatchObject({ status: "up", age: 100 });
  for (let ticks = 0; ticks < 15; ticks++) {
    now += 50;
    view();
  }
  expect(view()).toMatchObject({ status: "unknown", age: 850 });
});

test("what is told right after the thread stood still is not older for it", () => {
  let now = 1000;
  const store = new SnapshotStore(snapshotOf([]), new AwakeClock(() => now));
  now = 21_000;
  store.post(snapshotOf([factsOf("database", { startedAt: 900 })]));
  expect(statesOf(store)).toMatchObject([{ status: "up", age: 150 }]);
});
