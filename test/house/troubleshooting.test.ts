import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { logLines } from "./_log-lines.ts";

/** Lines that another function writes, by the call that logs them. */
const ELSEWHERE: Readonly<Record<string, string | undefined>> = {
  text: "deep response of",
  "describeCutOff()": "cut off; raise requestTimeout, or end streams in onStop",
  // A hook that has finished is in the page too; this is the one to act upon.
  '"': "did not finish within 5 s (hookTimeout)",
  // The lines of `#fail`, and those that the log of hooks passes on, are found where they are made.
  line: undefined,
  "...line": undefined,
};

const PAGE = readFileSync("docs/troubleshooting.md", "utf8").replace(/\s+/g, " ");

const LINES = logLines().flatMap(({ where, text }) => {
  const known = text in ELSEWHERE ? ELSEWHERE[text] : text;
  return known === undefined ? [] : [{ where, text: known }];
});

test("the lines that hale logs are found", () => {
  expect(LINES.length).toBeGreaterThan(35);
  expect(LINES.filter(({ text }) => !/[a-z]{2}/.test(text))).toEqual([]);
});

test.each(LINES)('the page of troubleshooting has "$text", which $where logs', ({ text }) => {
  expect(PAGE).toContain(text);
});
