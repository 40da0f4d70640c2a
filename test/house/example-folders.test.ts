import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { proseOf } from "./_pages.ts";

const read = (file: string) => readFileSync(file, "utf8");

/** The folders of the examples. */
const FOLDERS = readdirSync("examples", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** The file of an example that is to be read, in a folder that has few others. */
const MAIN: Readonly<Record<string, string>> = {
  cluster: "main.mjs",
  "django-sidecar": "shop.py",
  express: "main.mjs",
  fastify: "main.mjs",
  "hono-bun": "main.ts",
  kubernetes: "main.mjs",
  nest: "main.ts",
  next: "start.mjs",
  worker: "main.mjs",
};

test.each(["examples/README.md", "docs/examples.md"])("%s lists every example", (page) => {
  const links = [...read(page).matchAll(/^\| \[([\w-]+)\]\(/gm)].map(([, name]) => name);
  expect(links.sort()).toEqual(FOLDERS);
});

test("every example has a main file", () => {
  expect([...Object.keys(MAIN), "shop"].sort()).toEqual(FOLDERS);
});

describe.each(Object.entries(MAIN))("the example %s", (name, main) => {
  const folder = join("examples", name);

  test("has a page, and a main file under 40 lines of 100 characters", () => {
    expect(existsSync(join(folder, "README.md"))).toBe(true);
    const lines = read(join(folder, main)).trimEnd().split("\n");
    expect(lines.length).toBeLessThan(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("has a page whose links lead somewhere", () => {
    const page = join(folder, "README.md");
    const links = [...proseOf(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => link);
    const dead = links.filter((link) => !existsSync(join(folder, link)));
    expect(dead).toEqual([]);
  });
});

const WITH_MANIFEST = FOLDERS.filter((name) => existsSync(join("examples", name, "package.json")));

test.each(WITH_MANIFEST)("the example %s depends on versions that hale is tested with", (name) => {
  const { dependencies, devDependencies } = JSON.parse(
    read(join("examples", name, "package.json")),
  );
  const { hale, ...others } = { ...dependencies, ...devDependencies };
  const root = JSON.parse(read("package.json")).devDependencies;
  const tested = { ...root, ...JSON.parse(read("test/package.json")).dependencies };
  expect(hale).toBe("latest");
  expect(others).toEqual(Object.fromEntries(Object.keys(others).map((one) => [one, tested[one]])));
});

test("the examples in JavaScript type-check as those of a strict user", () => {
  const files = Object.entries(MAIN)
    // Next.js has types for its pages alone.
    .filter(([name, main]) => main.endsWith(".mjs") && name !== "next")
    .map(([name, main]) => ({
      name: resolve("test", `example-${name}.mjs`),
      text: read(join("examples", name, main)),
    }));
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const options: ts.CompilerOptions = {
    strict: true,
    allowJs: true,
    checkJs: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ["node"],
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, undefined, ts.ScriptKind.JS);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const complaints = [...texts.keys()]
    .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ file, start, messageText }) =>
      [file?.fileName, start, ts.flattenDiagnosticMessageText(messageText, "\n")].join(" "),
    );
  expect(texts.size).toBeGreaterThan(4);
  expect(complaints).toEqual([]);
  // Reading the types of all these packages takes long on a machine that has other work.
}, 300_000);
