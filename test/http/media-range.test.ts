import { expect, test } from "vitest";
import { parseAccept, parseMediaRange, TOKEN } from "../../src/http/media-range.ts";

test("a range is its parts in lower case, and its weight", () => {
  expect(parseMediaRange('Text/HTML; Level="A b"; Charset=UTF-8; Q=0.5')).toEqual({
    type: "text",
    subtype: "html",
    parameters: new Map([["level", "a b"]]),
    weight: 0.5,
  });
});

test("a range without a weight has that of 1, and a parameter without a value an empty one", () => {
  expect(parseMediaRange("text/html;Level; =x")).toEqual({
    type: "text",
    subtype: "html",
    parameters: new Map([
      ["level", ""],
      ["", "x"],
    ]),
    weight: 1,
  });
});

test.each([
  "",
  "text",
  "text/",
  "/html",
  "te xt/html",
  "text/html x",
  " te(xt/html",
  "text/é",
  "*/html",
])("%j is no range", (text) => {
  expect(parseMediaRange(text)).toBeUndefined();
  expect(parseAccept(`${text}, text/html`)).toEqual([parseMediaRange("text/html")]);
});

test.each(["-1", "2", "10", "01", "0.1234", "1.001", "x0", "0x", " ", "x"])(
  "%j is no weight",
  (weight) => {
    expect(parseMediaRange(`text/html;q=${weight}`)).toBeUndefined();
  },
);

test("a token has one character or more, and neither a space nor a separator", () => {
  expect(["a", "X-Y", "!#$%&'*+-.^_`|~09"].every((text) => TOKEN.test(text))).toBe(true);
  expect(
    ["", " a", "a ", "a b", "a:", "(a)", "a\n", "é"].filter((text) => TOKEN.test(text)),
  ).toEqual([]);
});
