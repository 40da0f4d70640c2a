import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/internal/commands.ts";

describe.each(COMMANDS)("hale $name", ({ name }) => {
  test("has a file, a page and a test of its name", () => {
    const paths = [`src/cli/${name}.ts`, `docs/command/${name}.md`, `test/cli/${name}.test.ts`];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test("every page of a command has a command", () => {
  const pages = readdirSync("docs/command").map((file) => file.replace(/\.md$/, ""));
  expect(pages.sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});
