import { expect, test } from "vitest";
import { ProberRecord } from "../../../src/server/probe-thread/prober-record.ts";

test("a prober that asks again is one, and each of its refusals counts", () => {
  const record = new ProberRecord();
  record.add({ key: "a", at: 1, refused: false });
  record.add({ key: "b", at: 2, refused: false });
  record.add({ key: "a", at: 3, refused: false });
  record.add({ key: "a", at: 4, refused: true });
  record.add({ key: "a", at: 5, refused: true });
  expect(record.take()).toEqual([
    { key: "a", at: 3, refused: false },
    { key: "b", at: 2, refused: false },
    { key: "a", at: 4, refused: true },
    { key: "a", at: 5, refused: true },
  ]);
});

test("those that were taken are gone", () => {
  const record = new ProberRecord();
  record.add({ key: "a", at: 1, refused: true });
  record.take();
  expect(record.take()).toEqual([]);
});

test.each([true, false])(
  "no more than 256 are kept, whoever they pretend to be (%s)",
  (refused) => {
    const record = new ProberRecord();
    for (let index = 0; index < 1000; index++) record.add({ key: `${index}`, at: 1, refused });
    expect(record.take()).toHaveLength(256);
  },
);

test("a noisy caller hides no refusal of another, and 100 of each are kept", () => {
  const record = new ProberRecord();
  for (let at = 0; at < 300; at++) record.add({ key: "noisy", at, refused: true });
  for (let at = 300; at < 303; at++) record.add({ key: "haproxy", at, refused: true });
  const taken = record.take();
  expect(taken.filter(({ key }) => key === "haproxy").map(({ at }) => at)).toEqual([300, 301, 302]);
  expect(taken).toHaveLength(103);
});

test("a prober that is known is seen again, however many there are", () => {
  const record = new ProberRecord();
  for (let index = 0; index < 1000; index++) record.add({ key: `${index}`, at: 1, refused: false });
  record.add({ key: "0", at: 2, refused: false });
  expect(record.take()[0]).toEqual({ key: "0", at: 2, refused: false });
});
