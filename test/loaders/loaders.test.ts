import { describe, expect, test } from "vitest";
import { VERSIONS } from "../../scripts/node-versions.mjs";
import { makeProject, type Project } from "./_project.ts";
import { PROGRAM, TEST_FILE, USED } from "./_use-hale.ts";

/** Runs a program of the project, and resolves to what it found. */
async function use({ node }: Project, args: readonly string[], version?: string): Promise<unknown> {
  const printed = await node(args, version === undefined ? {} : { version });
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/** A line that fails unless hale came as a module, or as CommonJS. */
const cameAs = (ending: "js" | "cjs") =>
  `if (!require.resolve("hale").endsWith("index.${ending}")) throw new Error(require.resolve("hale"));\n`;

describe.each(VERSIONS)("%s", (version) => {
  test("imports it", async () => {
    const project = makeProject();
    project.write({ "main.mjs": PROGRAM.mjs });
    expect(await use(project, ["main.mjs"], version)).toEqual(USED);
  });

  test("requires it, as the module that others import", async () => {
    const project = makeProject();
    project.write({ "main.cjs": cameAs("js") + PROGRAM.cjs });
    expect(await use(project, ["main.cjs"], version)).toEqual(USED);
  });

  test("requires its CommonJS build where it does not require modules", async () => {
    const project = makeProject();
    project.write({ "main.cjs": cameAs("cjs") + PROGRAM.cjs });
    const flag = "--no-experimental-require-module";
    expect(await use(project, [flag, "main.cjs"], version)).toEqual(USED);
  });
});

test.each(["main.mts", "main.cts", "main.ts"])("tsx runs %s", async (file) => {
  const project = makeProject();
  project.write({ [file]: PROGRAM.ts });
  const tsx = project.program("tsx/dist/cli.mjs");
  expect(await use(project, [tsx, file])).toEqual(USED);
});

test("ts-node runs a program in CommonJS, with the old resolution of types", async () => {
  const project = makeProject();
  const compilerOptions = { module: "commonjs", moduleResolution: "node10", strict: true };
  project.write({
    "main.ts": PROGRAM.ts,
    "tsconfig.json": JSON.stringify({ compilerOptions: { ...compilerOptions, target: "es2022" } }),
  });
  const tsNode = project.program("ts-node/dist/bin.js");
  expect(await use(project, [tsNode, "main.ts"])).toEqual(USED);
});

test.each([
  ["beside it", {}],
  ["within it", { server: { deps: { inline: ["hale"] } } }],
])("Vitest loads it %s", async (_, options) => {
  const project = makeProject();
  project.write({
    "use.test.ts": TEST_FILE.ts,
    "vitest.config.mjs": `export default { test: ${JSON.stringify({ globals: true, ...options })} };\n`,
  });
  const printed = await project.node([project.program("vitest/vitest.mjs"), "run"]);
  expect(printed).toContain("1 passed");
});
