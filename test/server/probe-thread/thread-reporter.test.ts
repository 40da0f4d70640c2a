import { expect, test } from "vitest";
import type { Probe } from "../../../src/contract/probe.ts";
import type { ProbeQuery } from "../../../src/report/reporter.ts";
import { HistoryQuery } from "../../../src/server/probe-thread/history-query.ts";
import { MainThreadQueries } from "../../../src/server/probe-thread/main-thread-queries.ts";
import { SnapshotStore } from "../../../src/server/probe-thread/snapshot-store.ts";
import { ThreadReporter } from "../../../src/server/probe-thread/thread-reporter.ts";
import { FakeClock } from "../../_support/fake-clock.ts";
import { factsOf, snapshotOf } from "./_facts.ts";

const about = (probe: Probe): ProbeQuery => ({ probe, check: undefined, exclude: [] });

function open() {
  const world = { now: 1000, stalledFor: 0 };
  const asked: ProbeQuery[] = [];
  const clock = new FakeClock();
  const store = new SnapshotStore(snapshotOf([factsOf("database")]), {
    now: () => world.now,
    at: (moment) => moment,
  });
  const queries = new MainThreadQueries({
    clock,
    deadline: 800,
    send: (_, query) => asked.push(query),
  });
  const histories = new HistoryQuery({ clock, deadline: 800, send: () => {} });
  const reporter = new ThreadReporter({
    store,
    queries,
    histories,
    limits: { readiness: 2000, liveness: 30_000 },
    stalledFor: () => world.stalledFor,
  });
  const current = (probe: Probe) => reporter.reportIfFresh(about(probe));
  return { world, asked, clock, store, queries, reporter, current };
}

test.each<[number, Record<"liveness" | "readiness" | "startup", string>]>([
  [0, { liveness: "up", readiness: "up", startup: "up" }],
  [1999, { liveness: "up", readiness: "up", startup: "up" }],
  [2000, { liveness: "up", readiness: "down", startup: "up" }],
  [29_999, { liveness: "up", readiness: "down", startup: "up" }],
  [30_000, { liveness: "down", readiness: "down", startup: "up" }],
])("a loop that stands still for %i ms makes them %o", (stalledFor, expected) => {
  const { world, current } = open();
  world.stalledFor = stalledFor;
  const statuses = (["liveness", "readiness", "startup"] as const).map((probe) => [
    probe,
    current(probe)?.report().status,
  ]);
  expect(Object.fromEntries(statuses)).toEqual(expected);
});

test("the report says why", () => {
  const { world, current } = open();
  world.stalledFor = 2400;
  expect(current("readiness")?.report()).toMatchObject({
    status: "down",
    reason: "the event loop has not turned for 2.4 s",
    checks: [{ name: "database", failing: false }],
  });
});

test("a stall has nothing to do with one check alone", () => {
  const { world, reporter } = open();
  world.stalledFor = 2400;
  const query = { ...about("readiness"), check: "database" };
  const report = reporter.reportIfFresh(query)?.report();
  expect([report?.status, report?.reason]).toEqual(["up", undefined]);
});

test("an answer holds while nothing changes, and neither into a stall nor out of one", () => {
  const { world, current, reporter } = open();
  const before = current("readiness")?.version ?? Number.NaN;
  expect(reporter.isUnchanged(about("readiness"), before)).toBe(true);
  world.stalledFor = 2400;
  const during = current("readiness")?.version ?? Number.NaN;
  expect(
    [before, during].map((version) => reporter.isUnchanged(about("readiness"), version)),
  ).toEqual([false, false]);
  world.stalledFor = 0;
  expect(
    [before, during].map((version) => reporter.isUnchanged(about("readiness"), version)),
  ).toEqual([true, false]);
});

test("an answer no longer holds once a result has become too old", () => {
  const { world, current, reporter } = open();
  const { version = Number.NaN } = current("readiness") ?? {};
  world.now = 1801;
  expect(reporter.isUnchanged(about("readiness"), version)).toBe(false);
  expect(current("readiness")?.report().status).toBe("down");
});

test("liveness, readiness and startup ask nobody; deep asks the main thread, and takes what it then tells", async () => {
  const { asked, store, queries, reporter, current } = open();
  for (const probe of ["liveness", "readiness", "startup"] as const) current(probe)?.report();
  expect([asked, current("deep")]).toEqual([[], undefined]);
  const late = reporter.refresh(about("deep"));
  expect(asked).toEqual([about("deep")]);
  store.post(snapshotOf([factsOf("database", { status: "down", reason: "refused" })]));
  reporter.invalidate();
  queries.settled(1);
  expect((await late).report()).toMatchObject({ status: "down", checks: [{ reason: "refused" }] });
});

test("deep has the last results at its deadline when the main thread does not come", async () => {
  const { reporter, clock } = open();
  const late = reporter.refresh(about("deep"));
  await clock.advance(800);
  expect((await late).report()).toMatchObject({ status: "up", checks: [{ name: "database" }] });
});

test("a scrape is answered from the last results, without the main thread", async () => {
  const { asked, reporter } = open();
  const scrape = { ...about("deep"), maxAge: 30_000 };
  expect(reporter.reportIfFresh(scrape)?.report().status).toBe("up");
  expect((await reporter.refresh(scrape)).report().status).toBe("up");
  expect(asked).toEqual([]);
});
