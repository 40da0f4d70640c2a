import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { audits } from "../../src/testing/endpoint-audits.ts";
import { ENDPOINT_RULES } from "../../src/testing/endpoint-rules.ts";

const PAGE = readFileSync("docs/first-day.md", "utf8");
const [CHECKLIST = "", IN_A_TEST = ""] = PAGE.split("## In a test of your own");

const idsIn = (text: string) => [...text.matchAll(/`(endpoint-[a-z0-9-]+)`/g)].map(([, id]) => id);

/** The audits that `hale audit` runs with both endpoints and `--await-down`. */
const BY_COMMAND = audits({
  url: "http://127.0.0.1:1/health/ready",
  liveness: "http://127.0.0.1:1/health/live",
  states: { down: () => {} },
}).map(({ id }) => id);

describe("the checklist of the first day", () => {
  test("has each audit of the command once, and no other", () => {
    expect(BY_COMMAND.length).toBeGreaterThan(30);
    expect(idsIn(CHECKLIST).sort()).toEqual([...BY_COMMAND].sort());
  });

  test("leaves to a test what the command cannot cause", () => {
    const others = ENDPOINT_RULES.map(({ id }) => id).filter((id) => !BY_COMMAND.includes(id));
    expect(idsIn(IN_A_TEST).sort()).toEqual(others.sort());
  });

  test("has an id on lines of the list alone", () => {
    const items = CHECKLIST.split(/^(?=- \[ \] |## )/m).filter((part) => part.startsWith("- [ ] "));
    expect(items.length).toBeGreaterThan(25);
    expect(items.flatMap(idsIn)).toEqual(idsIn(CHECKLIST));
  });
});
