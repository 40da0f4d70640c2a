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
const seen = (slots: WorkerSlots) => slots.all.map(({ member, state }) => member?.id ?? state);

function slotsOf(expected: number, ...ids: number[]): WorkerSlots {
  const slots = new WorkerSlots(expected);
  for (const id of ids) slots.join(member(id));
  return slots;
}

test("there are as many places as workers are expected", () => {
  expect(seen(slotsOf(3, 1))).toEqual([1, "empty", "empty"]);
});

test("a worker joins once, however often it is told of", () => {
  expect(seen(slotsOf(2, 1, 1))).toEqual([1, "empty"]);
});

test("a replacement takes the place of the dead", () => {
  const slots = slotsOf(3, 1, 2, 3);
  slots.end(member(2), "it was killed");
  expect(slots.all[1]).toMatchObject({ state: "gone", ending: "it was killed" });
  slots.join(member(4));
  expect(seen(slots)).toEqual([1, 4, 3]);
  expect(slots.all[1]).toEqual({ state: "here", member: member(4), silence: 0 });
});

test("a worker beyond the expected ones has a place for as long as it lives", () => {
  const slots = slotsOf(2, 1, 2, 3);
  expect(seen(slots)).toEqual([1, 2, 3]);
  slots.end(member(3), "");
  expect(seen(slots)).toEqual([1, 2]);
});

test("a worker beyond the expected ones moves into the first place that is left", () => {
  const slots = slotsOf(2, 1, 2, 3);
  slots.hear(member(3), REPORT);
  slots.end(member(1), "");
  expect(seen(slots)).toEqual([3, 2]);
  expect(slots.all[0]?.report).toBe(REPORT);
});

test("silence passes for those who are here and for the dead, and ends with a report", () => {
  const slots = slotsOf(3, 1, 2);
  slots.end(member(2), "");
  slots.pass(1000);
  slots.pass(1000);
  expect(slots.all.map(({ silence }) => silence)).toEqual([2000, 2000, 0]);
  slots.hear(member(1), REPORT);
  expect(slots.all[0]).toMatchObject({ silence: 0, report: REPORT });
});

test("what comes of a worker after its end is too late", () => {
  const slots = slotsOf(1, 1);
  slots.end(member(1), "it was killed");
  slots.hear(member(1), REPORT);
  slots.leave(member(1));
  slots.end(member(1), "again");
  expect(slots.all).toEqual([
    { state: "gone", member: undefined, ending: "it was killed", onRequest: false, silence: 0 },
  ]);
});
