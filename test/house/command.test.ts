import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
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

describe("the built command", () => {
  const files = [
    "dist/hale.cjs",
    "dist/probe.cjs",
    "dist/cli.js",
    ...readdirSync("dist/cli")
      .filter((file) => file.endsWith(".js"))
      .map((file) => join("dist/cli", file)),
  ];

  /** What a built file imports, at once and on demand. */
  const importsOf = (file: string) =>
    ts
      .preProcessFile(readFileSync(file, "utf8"), true, true)
      .importedFiles.map(({ fileName }) => fileName);

  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));

  /** Whether an import is of Node, of a file of the package, or of the package by its own name. */
  function isOwn(file: string, to: string): boolean {
    if (to.startsWith(".")) return existsSync(join(dirname(file), to));
    return to.startsWith("node:") || to.replace(/^hale(?=\/|$)/, ".") in exports;
  }

  test.each(files)("%s imports Node's modules and the package itself alone", (file) => {
    expect(importsOf(file).filter((to) => !isOwn(file, to))).toEqual([]);
  });

  test("is one file for a probe, which imports none of the package's", () => {
    expect(importsOf("dist/probe.cjs").filter((to) => to.startsWith("."))).toEqual([]);
    expect(importsOf("dist/probe.cjs")).toContain("node:http");
  });
});
