import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  COMMAND_CODES,
  MISUSE_CODES,
  REASON_CODES,
  RESPONSE_CODES,
  WARNING_CODES,
} from "../../src/contract/errors.ts";

const CODES = [
  ...new Set([
    ...MISUSE_CODES,
    ...REASON_CODES,
    ...RESPONSE_CODES,
    ...WARNING_CODES,
    ...COMMAND_CODES,
  ]),
].sort();

const anchorOf = (code: string) => `#${code.toLowerCase()}`;

/** The anchors that were published. A new code adds its line to the file; no line is ever taken out. */
const PUBLISHED = readFileSync("site/error-anchors.txt", "utf8").trim().split("\n");

test("every published anchor of an error leads to a heading of the page", () => {
  const headings = [...readFileSync("docs/errors.md", "utf8").matchAll(/^## (HALE_\w+)$/gm)];
  const anchors = headings.map(([, code = ""]) => anchorOf(code));
  expect(PUBLISHED.length).toBeGreaterThan(40);
  expect(PUBLISHED.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});

test("the anchor of every error code is published", () => {
  expect(CODES.map(anchorOf).filter((anchor) => !PUBLISHED.includes(anchor))).toEqual([]);
});
