import { expect, test } from "vitest";
import type { WorkerReport } from "../../src/cluster/cluster-message.ts";
import { WorkerSlots } from "../../src/cluster/worker-slots.ts";

const member = (id: number) => ({ id, pid: 100 + id });
const UP = { status: "up" } as const;
const REPORT: WorkerReport = {
  phase: "serving",
  verdicts: { liveness: UP, readiness: UP, startup: UP, deep: UP },
};

/** Each place as the id of its worker, or else as its state. */
const seen = (roster: WorkerSlots) => roster.seats.map(({ member, state }) => member?.id ?? state);

function rosterOf(expected: number, ...ids: number[]): WorkerSlots {
  const roster = new WorkerSlots(expected);
  for (const id of ids) roster.join(member(id));
  return roster;
}

test("there are as many places as workers are expected", () => {
  expect(seen(rosterOf(3, 1))).toEqual([1, "empty", "empty"]);
});

test("a worker joins once, however often it is told of", () => {
  expect(seen(rosterOf(2, 1, 1))).toEqual([1, "empty"]);
});

test("a replacement takes the place of the dead", () => {
  const roster = rosterOf(3, 1, 2, 3);
  roster.end(member(2), "it was killed");
  expect(roster.seats[1]).toMatchObject({ state: "gone", ending: "it was killed" });
  roster.join(member(4));
  expect(seen(roster)).toEqual([1, 4, 3]);
  expect(roster.seats[1]).toEqual({ state: "here", member: member(4), silence: 0 });
});

test("a worker beyond the expected ones has a place for as long as it lives", () => {
  const roster = rosterOf(2, 1, 2, 3);
  expect(seen(roster)).toEqual([1, 2, 3]);
  roster.end(member(3), "");
  expect(seen(roster)).toEqual([1, 2]);
});

test("a worker beyond the expected ones moves into the first place that is left", () => {
  const roster = rosterOf(2, 1, 2, 3);
  roster.hear(member(3), REPORT);
  roster.end(member(1), "");
  expect(seen(roster)).toEqual([3, 2]);
  expect(roster.seats[0]?.report).toBe(REPORT);
});

test("silence passes for those who are here and for the dead, and ends with a report", () => {
  const roster = rosterOf(3, 1, 2);
  roster.end(member(2), "");
  roster.pass(1000);
  roster.pass(1000);
  expect(roster.seats.map(({ silence }) => silence)).toEqual([2000, 2000, 0]);
  roster.hear(member(1), REPORT);
  expect(roster.seats[0]).toMatchObject({ silence: 0, report: REPORT });
});

test("what comes of a worker after its end is too late", () => {
  const roster = rosterOf(1, 1);
  roster.end(member(1), "it was killed");
  roster.hear(member(1), REPORT);
  roster.leave(member(1));
  roster.end(member(1), "again");
  expect(roster.seats).toEqual([
    { state: "gone", member: undefined, ending: "it was killed", silence: 0 },
  ]);
});
