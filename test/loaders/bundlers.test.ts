import { cpSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { NEWEST_LTS, nodeFolder } from "../../scripts/node-versions.mjs";
import { makeFolder } from "../_support/folder.ts";
import { makeProject, type Project, print } from "./_project.ts";
import { PROGRAM, USED } from "./_use-hale.ts";

const NODE = join(nodeFolder(NEWEST_LTS), "bin/node");

/** Runs a file by itself: in an empty folder, without its packages, and with an empty environment. */
async function runAlone(file: string, through: readonly string[] = [NODE]): Promise<unknown> {
  const folder = makeFolder();
  const alone = join(folder, basename(file));
  cpSync(file, alone);
  const printed = await print("env", ["-i", ...through, alone], { cwd: folder, env: {} });
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
}

/** Bundles a file of the project by esbuild. */
async function esbuild({ node, program }: Project, entry: string, format: string, out: string) {
  const options = ["--bundle", "--platform=node", "--target=node20", `--format=${format}`];
  await node([program("esbuild/bin/esbuild"), entry, ...options, `--outfile=${out}`]);
}

describe.each(["mjs", "cjs"] as const)("a program in .%s", (kind) => {
  test.each([
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ])("esbuild makes it one file of %s", async (format, ending) => {
    const project = makeProject();
    project.write({ [`main.${kind}`]: PROGRAM[kind] });
    await esbuild(project, `main.${kind}`, format, `out/bundle.${ending}`);
    expect(await runAlone(join(project.folder, `out/bundle.${ending}`))).toEqual(USED);
  });

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

  test("ncc makes it one file", async () => {
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
  const fuse = /NODE_SEA_FUSE_[0-9a-f]{32}/.exec(
    readFileSync(project.program("postject/README.md"), "utf8"),
  );
  await project.node([
    project.program("postject/dist/cli.js"),
    service,
    "NODE_SEA_BLOB",
    "sea.blob",
    "--sentinel-fuse",
    fuse?.[0] ?? "",
  ]);
  expect(await runAlone(service, [])).toEqual(USED);
});
