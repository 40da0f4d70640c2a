import { expect, test } from "vitest";
import type { ProbeQuery } from "../../../src/report/reporter.ts";
import { MainThreadQueries } from "../../../src/server/probe-thread/main-thread-queries.ts";
import { FakeClock, settled } from "../../_support/fake-clock.ts";

const WHOLE: ProbeQuery = { probe: "deep", check: undefined, exclude: [] };

function open() {
  const clock = new FakeClock();
  const sent: [number, ProbeQuery][] = [];
  const queries = new MainThreadQueries({
    clock,
    deadline: 800,
    send: (...message) => sent.push(message),
  });
  /** Asks, and tells whether that is answered. */
  const ask = (query: ProbeQuery) => {
    const state = { done: false };
    void queries.settle(query).then(() => {
      state.done = true;
    });
    return state;
  };
  return { clock, sent, queries, ask };
}

test("a query is sent once for all who ask it, and all get the answer", async () => {
  const { sent, queries, ask, clock } = open();
  const asked = [ask(WHOLE), ask({ ...WHOLE }), ask(WHOLE)];
  await settled();
  expect(sent).toEqual([[1, WHOLE]]);
  expect(asked.map(({ done }) => done)).toEqual([false, false, false]);
  queries.settled(1);
  await settled();
  expect(asked.map(({ done }) => done)).toEqual([true, true, true]);
  expect(clock.pending).toBe(0);
});

test("who asks another query, or again, has it sent", async () => {
  const { sent, queries, ask } = open();
  ask(WHOLE);
  ask({ ...WHOLE, check: "database" });
  ask({ ...WHOLE, exclude: ["a", "b"] });
  ask({ ...WHOLE, exclude: ["b", "a", "b"] });
  ask({ ...WHOLE, hop: true });
  queries.settled(1);
  await settled();
  ask(WHOLE);
  expect(sent.map(([id]) => id)).toEqual([1, 2, 3, 4, 5]);
});

test("who waits is let go at the deadline, each at its own", async () => {
  const { ask, clock, sent } = open();
  const first = ask(WHOLE);
  await clock.advance(500);
  const second = ask(WHOLE);
  await clock.advance(299);
  expect([first.done, second.done]).toEqual([false, false]);
  await clock.advance(1);
  expect([first.done, second.done]).toEqual([true, false]);
  await clock.advance(500);
  expect(second.done).toBe(true);
  expect(sent).toHaveLength(1);
});

test("a main thread that does not come is asked 16 queries at most; more are answered at once", async () => {
  const { ask, sent } = open();
  for (let index = 0; index < 16; index++) ask({ ...WHOLE, exclude: [String(index)] });
  const one = ask({ ...WHOLE, exclude: ["one more"] });
  await settled();
  expect(sent).toHaveLength(16);
  expect(one.done).toBe(true);
});

test("1000 who ask may wait; more are answered at once, until some of them are", async () => {
  const { ask, queries } = open();
  const waiting = Array.from({ length: 1000 }, () => ask(WHOLE));
  const one = ask(WHOLE);
  await settled();
  expect([one.done, waiting.some(({ done }) => done)]).toEqual([true, false]);
  queries.settled(1);
  await settled();
  expect(waiting.every(({ done }) => done)).toBe(true);
  const again = ask(WHOLE);
  await settled();
  expect(again.done).toBe(false);
});

test("an answer to what nobody has asked changes nothing", async () => {
  const { queries, ask } = open();
  queries.settled(7);
  const asked = ask(WHOLE);
  queries.settled(7);
  await settled();
  expect(asked.done).toBe(false);
});
