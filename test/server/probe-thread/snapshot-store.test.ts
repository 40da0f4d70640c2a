import { expect, test } from "vitest";
import { Reporter } from "../../../src/report/reporter.ts";
import { SnapshotStore } from "../../../src/server/probe-thread/snapshot-store.ts";
import { factsOf, snapshotOf } from "./_facts.ts";

function boardAt(now: number, ...checks: Parameters<typeof snapshotOf>[0]) {
  const clock = { now };
  return { clock, board: new SnapshotStore(snapshotOf(checks), () => clock.now) };
}

test.each([
  [1000, "up", undefined],
  [1800, "up", undefined],
  [1801, "unknown", "The last result is older than 800 ms."],
])(
  "at %i, a result of 1000 with an interval of 100 and a timeout of 500 is %s",
  (now, status, reason) => {
    const { board } = boardAt(now, factsOf("database"));
    expect(board.states(board.participants("deep"))).toMatchObject([
      { status, reason, startedAt: 1000, duration: 5 },
    ]);
  },
);

test("time alone turns a board once, when a result becomes too old", () => {
  const { board, clock } = boardAt(
    1000,
    factsOf("database"),
    factsOf("cache", { startedAt: 1500 }),
  );
  const turned = [1800, 1801, 1802, 2300, 2301, 9999].map((now) => {
    clock.now = now;
    return board.hasTurned();
  });
  expect(turned).toEqual([false, true, false, false, true, false]);
});

test("a new snapshot takes the place of the old one, and of its age", () => {
  const { board, clock } = boardAt(1000, factsOf("database"));
  clock.now = 1790;
  board.post(snapshotOf([factsOf("database", { startedAt: 1700 })], { phase: "draining" }));
  clock.now = 1900;
  expect([board.hasTurned(), board.lifecycle.phase]).toEqual([false, "draining"]);
  expect(board.states(board.participants("deep"))).toMatchObject([
    { status: "up", startedAt: 1700 },
  ]);
});

test("a restart falls due by itself", () => {
  const facts = factsOf("database", { status: "down", restartAt: 1200 }, { restartAfter: 10_000 });
  const { board, clock } = boardAt(1199, facts);
  const reporter = new Reporter(board, board.lifecycle);
  const liveness = () => reporter.reportIfFresh({ probe: "liveness" })?.report().status;
  expect(liveness()).not.toBe("down");
  clock.now = 1201;
  expect([liveness(), board.hasTurned()]).toEqual(["down", true]);
});

test("a check takes part in the probes that its settings say", () => {
  const { board } = boardAt(1000, factsOf("database"), factsOf("cache", {}, { probes: ["deep"] }));
  const names = (probe: "readiness" | "deep" | "liveness") =>
    board.participants(probe).map(({ settings }) => settings.name);
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
  const { board } = boardAt(9000, facts);
  expect(board.states(board.participants("deep"))).toMatchObject([
    { status: "unknown", reason: "Not yet.", startedAt: undefined },
  ]);
});
