import { expect, test } from "vitest";
import { TurnQueue } from "../../src/server/internal/turn-queue.ts";

/** A queue whose turns come when the test says so, and what it has done. */
function queueOf(costPerTurn: number, maxWaiting = 1000) {
  const turns: (() => void)[] = [];
  const queue = new TurnQueue({ costPerTurn, maxWaiting }, (callback) => turns.push(callback));
  const done: string[] = [];
  return {
    done,
    turns,
    takesNow: (cost: number) => queue.takesNow(cost),
    add: (cost: number, name: string) => queue.add(cost, () => done.push(name)),
    turn: () => turns.shift()?.(),
  };
}

test("a turn does what comes first, up to its cost, and the next one goes on", () => {
  const { add, done, turn, turns } = queueOf(4);
  for (const name of ["a", "b", "c", "d", "e"]) add(2, name);
  expect(done).toEqual([]);
  turn();
  expect(done).toEqual(["a", "b"]);
  turn();
  turn();
  expect(done).toEqual(["a", "b", "c", "d", "e"]);
  expect(turns.length).toBe(1);
  turn();
  expect(turns).toEqual([]);
});

test("work that costs more than a turn is done in one of its own", () => {
  const { add, done, turn } = queueOf(4);
  add(100, "a");
  add(1, "b");
  turn();
  expect(done).toEqual(["a"]);
  turn();
  expect(done).toEqual(["a", "b"]);
});

test("a turn takes work at once while it has room, and while none waits", () => {
  const { takesNow, add, turn } = queueOf(4);
  expect([takesNow(3), takesNow(3), takesNow(1)]).toEqual([true, true, false]);
  turn();
  expect(takesNow(1)).toBe(true);
  add(1, "a");
  expect(takesNow(1)).toBe(false);
});

test("what costs too much beside what waits is not taken on", () => {
  const { add, turn, done } = queueOf(4, 5);
  expect([add(4, "a"), add(2, "b"), add(1, "c")]).toEqual([true, false, true]);
  turn();
  expect(add(2, "d")).toBe(true);
  turn();
  turn();
  expect(done).toEqual(["a", "c", "d"]);
});
