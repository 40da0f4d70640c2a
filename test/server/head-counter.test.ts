import fc from "fast-check";
import { expect, test } from "vitest";
import { HeadCounter, MAX_LINES } from "../../src/server/internal/head-counter.ts";

const HEAD = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

const count = (text: string, most = 100) => new HeadCounter().count(Buffer.from(text), most);

test.each<[string, string, number]>([
  ["a head", HEAD, 1],
  ["three heads", HEAD.repeat(3), 3],
  ["a head whose lines end without a carriage return", HEAD.replaceAll("\r", ""), 1],
  ["a head that has not come to its end", HEAD.slice(0, -2), 0],
  ["blank lines between two heads", `${HEAD}\r\n\n${HEAD}`, 4],
  ["a blank line before a head", `\r\n${HEAD}`, 1],
  ["carriage returns, and no line", "\r\r\r\r", 0],
  ["nothing", "", 0],
])("of %s", (_, text, expected) => {
  expect(count(text)).toBe(expected);
});

test("it counts no further than it must", () => {
  expect(count("\n".repeat(1000), 16)).toBe(17);
});

test.each<[string, number]>([
  ["a head of as many lines as it may have is one", 0],
  ["a head of one more is too much", 1],
])("%s", (_, more) => {
  const head = `GET / HTTP/1.1\r\n${"a: b\r\n".repeat(MAX_LINES - 1 + more)}\r\n`;
  expect(count(head.repeat(2))).toBe(more === 0 ? 2 : Number.POSITIVE_INFINITY);
  const heads = new HeadCounter();
  const bytes = [...Buffer.from(head)].map((byte) => heads.count(Uint8Array.of(byte), 16));
  expect(bytes.reduce((sum, one) => sum + one)).toBe(more === 0 ? 1 : Number.POSITIVE_INFINITY);
});

test("however the bytes come, they are counted alike", () => {
  const piece = fc.constantFrom("\r\n", "\n", "\r", "a", "GET / HTTP/1.1\r\n", HEAD);
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (pieces, cuts) => {
        const all = Buffer.from(pieces.join(""));
        const lines = new HeadCounter();
        let sum = 0;
        for (let from = 0; from < all.length; ) {
          const to = from + cuts.next().value;
          sum += lines.count(all.subarray(from, to), 10_000);
          from = to;
        }
        expect(sum).toBe(new HeadCounter().count(all, 10_000));
      },
    ),
  );
});
