import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { blocksOf, codesOf, rowsOf, sectionOf } from "./_pages.ts";

const NAMES = readdirSync("docs/callers").map((file) => file.replace(/\.md$/, ""));

const SECTIONS = ["The configuration", "What it sends", "What it sees", "Times", "Pitfalls"];

/** Callers that have one path alone, which decides where traffic goes. */
const ONE_PATH = [
  "haproxy",
  "haproxy-drain",
  "varnish",
  "caddy",
  "apache",
  "envoy",
  "aws",
  "gcp",
  "fly-render",
];

describe.each(NAMES)("the page of %s", (name) => {
  const page = readFileSync(`docs/callers/${name}.md`, "utf8");

  test("says whether it was run in the tests, where there is a test of its name", () => {
    const [, said] = page.match(/^# .+\n\n(Run|Not run) in the tests: /) ?? [];
    expect(said).toBe(existsSync(`test/callers/${name}.test.ts`) ? "Run" : "Not run");
  });

  test("has the sections of every such page", () => {
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(sections).toEqual(SECTIONS);
  });

  test("says what is seen of each state", () => {
    const rows = rowsOf(sectionOf(`docs/callers/${name}.md`, "## What it sees"));
    const states = rows.map(([state]) => state);
    expect(states).toEqual(["up", "degraded", "down", "starting", "draining"]);
  });

  test("shows the service, and asks nothing of the path that is liveness by a short name", () => {
    const blocks = blocksOf(`docs/callers/${name}.md`);
    expect(blocks.map(({ language }) => language)).toContain("ts");
    for (const { code } of blocks) expect(code).not.toMatch(/\/health(?![/\w])/);
  });
});

test("who has one path is told to ask for readiness, and never for /health", () => {
  for (const name of ONE_PATH) {
    const text = readFileSync(`docs/callers/${name}.md`, "utf8").replace(/\s+/g, " ");
    expect(text).toMatch(/never `\/health`|Never `\/health`/);
    expect(text).toContain("/health/ready");
  }
});

test("the table of those who ask leads to every page", () => {
  const rows = readFileSync("docs/callers.md", "utf8");
  expect([...rows.matchAll(/\]\(callers\/(.+?)\.md\)/g)].map(([, name]) => name).sort()).toEqual(
    [...NAMES].sort(),
  );
  const asked = rowsOf(sectionOf("docs/callers.md", "# Load balancers and monitors")).flatMap(
    (row) => codesOf(row.at(-1)),
  );
  expect(asked).not.toContain("/health");
});
