import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { type Block, blocksIn, blocksOf, PAGES, publicFiles, sideOf } from "./_pages.ts";

const run = promisify(execFile);

/** The modules of the pages; of a change, the one that it leads to. */
const inPages = PAGES.flatMap(blocksOf).flatMap((block) => {
  if (block.language === "ts") return [block];
  return block.language === "diff" ? [{ ...block, code: sideOf(block, "after") }] : [];
});

const inSources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => docstringBlocksOf(join("src", file)));

/** The examples of the docstrings, whose lines begin with ` * `; other lines count as empty. */
function docstringBlocksOf(file: string): Block[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return blocksIn(
    file,
    lines.map((line) => line.replace(/^(?! *\* ?).*$/, "").replace(/^ *\* ?/, "")),
  );
}

/** A user's strict project, with no types but Node's, and with decorators as Nest has them. */
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  // A user has hale and the packages of Jest beside each other.
  paths: { expect: [resolve("test/node_modules/expect")] },
  noEmit: true,
  skipLibCheck: true,
};

/**
 * Compiles every example as a file in memory, in the package that has hale and the clients as a user's
 * has. Empty lines before the code make its lines those of the page.
 */
function compile(blocks: readonly Block[]): ts.Program {
  const files = new Map(
    blocks.map((block) => [nameOf(block), "\n".repeat(block.line - 1) + block.code]),
  );
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  };
  return ts.createProgram([...files.keys()], OPTIONS, host);
}

function nameOf({ file, line }: Block): string {
  return resolve("test", `${file}.${line}.ts`);
}

/** What the compiler has to say of one example: `docs/probes.md:12: Cannot find name "x".` */
function complaintsOf(program: ts.Program, block: Block): string[] {
  const source = program.getSourceFile(nameOf(block));
  return ts.getPreEmitDiagnostics(program, source).map(({ file, start = 0, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    return `${block.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

/** An example that does not type-check, and one that does not run. */
const MISSPELT = example("misspelt", 'import { createHealt } from "hale";\n');
const THROWING = example("throwing", 'throw new Error("It does not run.");\n');

const examples = [...inPages, ...inSources];
const program = compile([...examples, MISSPELT]);

describe("the examples", () => {
  test("are found: in pages, and in the docstring of every check and way in", () => {
    expect(inPages.length).toBeGreaterThan(20);
    const files = ["checks", "adapters"].flatMap((room) =>
      publicFiles(room).map((name) => `src/${room}/${name}.ts`),
    );
    const documented = inSources.map(({ file }) => file);
    expect(documented).toEqual(
      expect.arrayContaining([...files, "src/health.ts", "src/server/listen.ts"]),
    );
  });

  test("meet the package as it was built", () => {
    const types = program.getSourceFiles().map(({ fileName }) => fileName);
    expect(types, "Build it first: npm run build").toContain(resolve("dist/index.d.ts"));
    expect(types.filter((name) => name.startsWith(resolve("src")))).toEqual([]);
  });

  test("are told when one does not type-check, or does not run", async () => {
    expect(complaintsOf(program, MISSPELT)).toEqual([
      expect.stringMatching(/^misspelt:1: .*createHealt/),
    ]);
    await expect(execute(THROWING)).rejects.toThrow("It does not run.");
  });

  test.each(examples)("$file:$line is a whole module, and type-checks", (block) => {
    expect(block.code).toMatch(/^(?:import|export) /m);
    expect(complaintsOf(program, block)).toEqual([]);
  });

  test("that require hale load, with the names of the imports that they stand for", async () => {
    const required = PAGES.flatMap(blocksOf).filter(({ code }) => code.includes('require("hale"'));
    expect(required.length).toBeGreaterThan(0);
    for (const { file, code } of required) {
      const [first] = blocksOf(file);
      const names = (text = "", pattern: RegExp) =>
        [...text.matchAll(pattern)].map(([, name]) => name);
      expect(names(code, /^const (.+) = require/gm)).toEqual(
        names(first?.code, /^import (.+) from/gm),
      );
      const wanted = names(code, /^const \{ (.+) \} = require/gm).join(", ");
      const check = `${code}if ([${wanted}].some((each) => typeof each !== "function")) throw new Error("It is not there.");`;
      await expect(
        run(process.execPath, ["--eval", check], { cwd: "test" }),
      ).resolves.toBeDefined();
    }
  });

  test.each(inSources)("$file:$line runs", async (block) => {
    await expect(execute(block)).resolves.toBeDefined();
  });
});

function example(file: string, code: string): Block {
  return { file, line: 1, language: "ts", code, lead: "" };
}

/** Runs an example in a process of its own, which ends with its last line. */
function execute(block: Block): Promise<unknown> {
  const compilerOptions = { ...OPTIONS, verbatimModuleSyntax: true };
  const { outputText } = ts.transpileModule(block.code, {
    compilerOptions,
    fileName: "example.mts",
  });
  const code = `${outputText}\nprocess.exit(0);`;
  return run(process.execPath, ["--input-type=module", "--eval", code], { cwd: "test" });
}
