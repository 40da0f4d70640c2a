import { cpSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NEST_PROJECTS } from "./_nest-projects.ts";
import { makeProject, type Project } from "./_project.ts";
import { TEST_FILE } from "./_use-hale.ts";

const VM_MODULES = "--experimental-vm-modules";

/** Runs Jest in a project; resolves to its summary of the tests. */
async function jest(
  { node, program }: Project,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<string> {
  const printed = await node([...flags, program("jest/bin/jest.js"), "--ci", ...args]);
  return /^Tests: .*$/m.exec(printed)?.[0] ?? printed;
}

const manifest = (jest: object) => JSON.stringify({ name: "service", jest });

describe.each([
  { version: 29, folder: "test/loaders/nest-10" },
  { version: 30, folder: "test/loaders/nest-11" },
])("Jest $version", ({ folder }) => {
  test.each([
    ["without", []],
    ["with", [VM_MODULES]],
  ])("loads it in a test of CommonJS, %s vm modules", async (_, flags) => {
    const project = makeProject(folder);
    project.write({ "use.test.cjs": TEST_FILE.cjs, "package.json": manifest({ transform: {} }) });
    expect(await jest(project, ["--testMatch", "**/*.test.cjs"], flags)).toContain(
      "1 passed, 1 total",
    );
  });

  test("loads it in a test that is a module", async () => {
    const project = makeProject(folder);
    project.write({ "use.test.mjs": TEST_FILE.mjs, "package.json": manifest({ transform: {} }) });
    const summary = await jest(project, ["--testMatch", "**/*.test.mjs"], [VM_MODULES]);
    expect(summary).toContain("1 passed, 1 total");
  });

  test.each([
    ["without", [], { preset: "ts-jest" }, { module: "commonjs", moduleResolution: "node10" }],
    [
      "with",
      [VM_MODULES],
      { preset: "ts-jest/presets/default-esm" },
      { module: "esnext", moduleResolution: "bundler" },
    ],
  ])(
    "loads it by ts-jest, %s vm modules, and its types are right",
    async (_, flags, options, compilerOptions) => {
      const project = makeProject(folder);
      project.write({
        "use.test.ts": TEST_FILE.ts,
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            ...compilerOptions,
            target: "es2022",
            strict: true,
            esModuleInterop: true,
          },
        }),
        "package.json": manifest(options),
      });
      expect(await jest(project, [], flags)).toContain("1 passed, 1 total");
    },
  );
});

describe.each(NEST_PROJECTS)(
  "a service that `nest new` of Nest $nest has made",
  ({ name, nest, folder }) => {
    const flags = nest < 12 ? [] : [VM_MODULES];

    test("tests itself with hale/nestjs in it", async () => {
      const project = makeProject(folder);
      cpSync(`test/loaders/projects/${name}`, project.folder, { recursive: true });
      cpSync("test/loaders/projects/nest", project.folder, { recursive: true });
      expect(await jest(project, [], flags)).toContain("2 passed, 2 total");
      const endToEnd = await jest(project, ["--config", "./test/jest-e2e.json"], flags);
      expect(endToEnd).toContain("3 passed, 3 total");
    });
  },
);
