import fc from "fast-check";
import { expect, test } from "vitest";
import { BlankLineCounter } from "../../src/server/internal/blank-lines.ts";

const HEAD = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

const count = (text: string, most = 100) => new BlankLineCounter().count(Buffer.from(text), most);

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

test("however the bytes come, they are counted alike", () => {
  const piece = fc.constantFrom("\r\n", "\n", "\r", "a", "GET / HTTP/1.1\r\n", HEAD);
  fc.assert(
    fc.property(
      fc.array(piece),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (pieces, cuts) => {
        const all = Buffer.from(pieces.join(""));
        const lines = new BlankLineCounter();
        let sum = 0;
        for (let from = 0; from < all.length; ) {
          const to = from + cuts.next().value;
          sum += lines.count(all.subarray(from, to), 10_000);
          from = to;
        }
        expect(sum).toBe(new BlankLineCounter().count(all, 10_000));
      },
    ),
  );
});
