import { expect, test } from "vitest";
import { ProberRecord } from "../../../src/server/probe-thread/prober-record.ts";

test("a prober that asks again is one, and was told when it was told once", () => {
  const record = new ProberRecord();
  record.add({ key: "a", at: 1, refused: false });
  record.add({ key: "b", at: 2, refused: false });
  record.add({ key: "a", at: 3, refused: true });
  record.add({ key: "a", at: 4, refused: false });
  expect(record.take()).toEqual([
    { key: "a", at: 4, refused: true },
    { key: "b", at: 2, refused: false },
  ]);
});

test("those that were taken are gone", () => {
  const record = new ProberRecord();
  record.add({ key: "a", at: 1, refused: true });
  record.take();
  expect(record.take()).toEqual([]);
});

test("no more than 256 are kept, whoever they pretend to be", () => {
  const record = new ProberRecord();
  for (let index = 0; index < 1000; index++) record.add({ key: `${index}`, at: 1, refused: false });
  record.add({ key: "0", at: 2, refused: true });
  const all = record.take();
  expect([all.length, all[0]]).toEqual([256, { key: "0", at: 2, refused: true }]);
});
