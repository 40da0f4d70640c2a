import { expect, test } from "vitest";
import { frameOf, prefixOf } from "../../src/grpc/frames.ts";

test("a message has a prefix of five bytes", () => {
  expect([...frameOf(Uint8Array.from([8, 1]))]).toEqual([0, 0, 0, 0, 2, 8, 1]);
  expect([...frameOf(new Uint8Array())]).toEqual([0, 0, 0, 0, 0]);
  expect([...frameOf(new Uint8Array(70_000)).subarray(0, 5)]).toEqual([0, 0, 1, 0x11, 0x70]);
});

test("a prefix is read from wherever it stands in its memory", () => {
  const memory = Uint8Array.from([9, 9, 1, 0xff, 0, 0, 2, 8, 1]);
  expect(prefixOf(memory.subarray(2))).toEqual({ compressed: true, length: 0xff000002 });
});

test("a prefix that has not come whole is none", () => {
  expect(prefixOf(new Uint8Array(4))).toBeUndefined();
  expect(prefixOf(new Uint8Array(5))).toEqual({ compressed: false, length: 0 });
});
