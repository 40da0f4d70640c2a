import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeProject } from "./_project.ts";
import { PROGRAM } from "./_use-hale.ts";

const { exports: subPaths } = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports: Record<string, unknown>;
};

/** The sub-paths that need the types of a test runner; matchers.test.ts has each with its runner. */
const OF_RUNNERS = ["./testing/jest", "./testing/vitest"];

/** Imports all that hale exports, and calls something wrongly, which the types have to refuse. */
const ALL = [
  ...Object.keys(subPaths)
    .filter((path) => path !== "./package.json" && !OF_RUNNERS.includes(path))
    .map((path, index) => `export * as all${index} from "${path.replace(/^\./, "hale")}";`),
  'import { createHealth } from "hale";',
  'import { listen } from "hale/node";',
  'import { HaleError } from "hale";',
  "export class OwnError extends HaleError {}",
  "export const codeOf = (error: HaleError): string => error.code;",
  "// @ts-expect-error: a number",
  'createHealth({ deadline: "800" });',
  "// @ts-expect-error: a number",
  'export const listening: Promise<{ url: string; port: number }> = listen(createHealth(), { port: "8000" });',
  "",
].join("\n");

test.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
  ["the old resolution", ["main.ts", "all.ts"], { module: "commonjs", moduleResolution: "node10" }],
  [
    "the resolution of Node, in modules and in CommonJS",
    ["main.mts", "main.cts", "all.mts", "all.cts"],
    { module: "nodenext", moduleResolution: "nodenext" },
  ],
  ...["node16", "node18"].map(
    (module) =>
      [
        `that of ${module}, in CommonJS`,
        ["main.cts", "all.cts"],
        { module, moduleResolution: "node16" },
      ] as const,
  ),
  ["that of bundlers", ["main.ts", "all.ts"], { module: "esnext", moduleResolution: "bundler" }],
])("%s finds the types", async (_, files, resolution) => {
  expect(await complaintsOf("typescript", files, resolution)).toBe("");
});

test("the oldest version that is supported finds them by the old resolution", async () => {
  const files = ["main.ts", "all.ts"];
  const resolution = { module: "commonjs", moduleResolution: "node10" };
  expect(await complaintsOf("typescript-oldest", files, resolution)).toBe("");
});

/** What a version of TypeScript prints of a project that imports hale. */
async function complaintsOf(
  typescript: string,
  files: readonly string[],
  resolution: Readonly<Record<string, string>>,
): Promise<string> {
  const project = makeProject();
  project.write(
    Object.fromEntries(files.map((file) => [file, file.startsWith("all") ? ALL : PROGRAM.ts])),
  );
  project.write({
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        ...resolution,
        target: "es2022",
        lib: ["es2023", "dom"],
        types: ["node"],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
      },
      files,
    }),
  });
  return project.node([project.program(`${typescript}/bin/tsc`), "-p", "."]);
}
