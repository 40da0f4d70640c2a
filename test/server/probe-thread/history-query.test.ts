import { expect, test } from "vitest";
import type { History } from "../../../src/contract/history.ts";
import { HistoryQuery } from "../../../src/server/probe-thread/history-query.ts";
import { FakeClock } from "../../_support/fake-clock.ts";

const HISTORY: History = { now: 0, keep: 3_600_000, checks: new Map() };

function open() {
  const clock = new FakeClock();
  const sent: number[] = [];
  const query = new HistoryQuery({ clock, deadline: 800, send: () => sent.push(clock.now()) });
  return { clock, sent, query };
}

test("all who wait share one query, and the next caller sends another", async () => {
  const { sent, query, clock } = open();
  const readers = [query.read(), query.read()];
  expect(sent).toEqual([0]);
  query.received(HISTORY);
  expect(await Promise.all(readers)).toEqual([HISTORY, HISTORY]);
  expect(clock.pending).toBe(0);
  void query.read();
  expect(sent).toEqual([0, 0]);
});

test("a main thread that does not respond by the deadline means no history", async () => {
  const { clock, query } = open();
  const reader = query.read();
  await clock.advance(800);
  expect(await reader).toBeUndefined();
  // A late response is nobody's.
  query.received(HISTORY);
});
