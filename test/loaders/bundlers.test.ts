import { cpSync, mkdirSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { NEWEST_LTS, nodeFolder } from "../../scripts/node-versions.mjs";
import { makeFolder } from "../_support/folder.ts";
import { makeProject, type Project, print } from "./_project.ts";
import { PROGRAM, USED } from "./_use-hale.ts";

/** Marks the place in the binary of Node where an application is put; it is the same in all versions. */
const SEA_FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const NODE = join(nodeFolder(NEWEST_LTS), "bin/node");

/** Runs a built file with no packages and an empty environment, beside what else was built. */
async function runAlone(file: string, through: readonly string[] = [NODE]): Promise<unknown> {
  const folder = makeFolder();
  cpSync(dirname(file), folder, { recursive: true });
  const alone = join(folder, basename(file));
  const printed = await print("env", ["-i", ...through, alone], { cwd: folder, env: {} });
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/** Bundles a file of the project by esbuild. */
async function esbuild(project: Project, entry: string, format: string, outfile: string) {
  const options = { entryPoints: [entry], bundle: true, platform: "node", format, outfile };
  project.write({ "esbuild.cjs": `require("esbuild").buildSync(${JSON.stringify(options)});\n` });
  await project.node(["esbuild.cjs"]);
}

test.each([
  ["mjs", "esm"],
  ["mjs", "cjs"],
  ["cjs", "cjs"],
] as const)("esbuild makes a program in .%s one file of %s", async (kind, format) => {
  const project = makeProject();
  project.write({ [`main.${kind}`]: PROGRAM[kind] });
  const file = format === "esm" ? "out/bundle.mjs" : "out/bundle.cjs";
  await esbuild(project, `main.${kind}`, format, file);
  expect(await runAlone(join(project.folder, file))).toEqual(USED);
});

describe.each(["mjs", "cjs"] as const)("a program in .%s", (kind) => {
  test("webpack makes it one file", async () => {
    const project = makeProject();
    project.write({
      [`main.${kind}`]: PROGRAM[kind],
      "build.cjs": `
        require("webpack")({
          mode: "production",
          target: "node20",
          entry: "./main.${kind}",
          output: { path: ${JSON.stringify(join(project.folder, "out"))}, filename: "bundle.cjs", asyncChunks: false },
        }, (error, stats) => {
          if (error) throw error;
          if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
        });
      `,
    });
    await project.node(["build.cjs"]);
    expect(readdirSync(join(project.folder, "out"))).toEqual(["bundle.cjs"]);
    expect(await runAlone(join(project.folder, "out/bundle.cjs"))).toEqual(USED);
  });

  test("ncc makes it files that need no package", async () => {
    const project = makeProject();
    project.write({ [`main.${kind}`]: PROGRAM[kind] });
    await project.node([
      project.program("@vercel/ncc/dist/ncc/cli.js"),
      "build",
      `main.${kind}`,
      "-o",
      "out",
    ]);
    const [file = ""] = readdirSync(join(project.folder, "out")).filter((name) =>
      /^index\./.test(name),
    );
    expect(await runAlone(join(project.folder, "out", file))).toEqual(USED);
  });
});

test("a single executable application has it within", async () => {
  const project = makeProject();
  project.write({
    "main.mjs": PROGRAM.mjs,
    "sea.json": JSON.stringify({
      main: "bundle.cjs",
      output: "sea.blob",
      disableExperimentalSEAWarning: true,
    }),
  });
  await esbuild(project, "main.mjs", "cjs", "bundle.cjs");
  await project.node(["--experimental-sea-config", "sea.json"]);
  mkdirSync(join(project.folder, "out"));
  const service = join(project.folder, "out/service");
  cpSync(NODE, service);
  await project.node([
    project.program("postject/dist/cli.js"),
    service,
    "NODE_SEA_BLOB",
    "sea.blob",
    "--sentinel-fuse",
    SEA_FUSE,
  ]);
  expect(await runAlone(service, [])).toEqual(USED);
});
