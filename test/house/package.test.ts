import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { publicFiles } from "./_pages.ts";

const run = promisify(execFile);

/** A check is called as its file is. */
const camelCase = (name: string) =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

interface Manifest {
  readonly exports: Readonly<Record<string, object | string>>;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const subPaths = Object.keys(manifest.exports).filter((path) => path !== "./package.json");

/** The built files that a built file loads at once, itself among them. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, to = ""] of readFileSync(file, "utf8").matchAll(
    /\b(?:from|import)\s*"((?:\.|node:)[^"]+)"/g,
  )) {
    if (to.startsWith(".")) loadedBy(join(dirname(file), to), seen);
    else seen.add(to);
  }
  return seen;
}

test("the sub-paths, the exports of hale/checks and the formats are those of the files", () => {
  expect(() => execFileSync("node", ["scripts/generate.mjs", "--check"])).not.toThrow();
});

test("the package has no dependency and no peer", () => {
  expect([manifest.dependencies, manifest.peerDependencies]).toEqual([undefined, undefined]);
});

test("hale itself loads nothing but its own files, so nothing of Node", () => {
  const outer = [...loadedBy("dist/index.js")].filter((file) => !file.startsWith("dist/"));
  expect(outer).toEqual([]);
  expect(readFileSync("dist/index.js", "utf8")).not.toMatch(/["']node:|\bprocess\.|\bBuffer\b/);
});

test("hale/checks loads nothing of Node either, so that it is imported on every runtime", () => {
  const outer = [...loadedBy("dist/checks/index.js")].filter((file) => !file.startsWith("dist/"));
  expect(outer).toEqual([]);
});

test("hale loads no check before one is recognised", () => {
  const text = [...loadedBy("dist/index.js")].map((file) => readFileSync(file, "utf8")).join("");
  expect(text).not.toContain("select 1");
  expect(text).toContain("import(");
});

test.each(subPaths)("%s is imported, and required from CommonJS, by its name", async (path) => {
  const name = path.replace(/^\./, "hale");
  const list = "console.log(Object.keys(m).sort().join())";
  const imported = await run("node", [
    "--input-type=module",
    "-e",
    `const m = await import("${name}");${list}`,
  ]);
  const required = await run("node", [
    "--input-type=commonjs",
    "-e",
    `const m = require("${name}");${list}`,
  ]);
  expect(imported.stdout.trim()).not.toBe("");
  expect(required.stdout).toBe(imported.stdout);
});

test("what a user imports of hale is this, and no more", async () => {
  const { stdout } = await run("node", [
    "--input-type=module",
    "-e",
    'const all = await Promise.all(["hale", "hale/checks", "hale/node"].map((name) => import(name)));console.log(JSON.stringify(all.map((m) => Object.keys(m).sort())))',
  ]);
  expect(JSON.parse(stdout)).toEqual([
    ["CheckFailure", "HaleError", "createHealth", "defineCheck", "group"],
    publicFiles("checks").map(camelCase).sort(),
    [
      "attach",
      "clusterHealth",
      "gracefulShutdown",
      "listen",
      "listenHaproxyAgent",
      "reportToPrimary",
    ],
  ]);
});

test.each([
  ["createHealth", 'import { createHealth } from "hale"; createHealth({ deadline: 5 });'],
  ["a check", 'import { redis } from "hale/checks"; redis({ client: 5 });'],
  ["an adapter", 'import { attach } from "hale/node"; attach(5);'],
])(
  "an error of %s that is not caught shows a short line of the package, and its message",
  async (_, source) => {
    const failed = run("node", ["--input-type=module", "-e", source]);
    const { stderr } = await failed.then(
      () => ({ stderr: "" }),
      (error: { stderr: string }) => error,
    );
    expect(stderr).toContain("HaleError: ");
    expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThan(400);
  },
);

test("a process that has only made a health ends by itself, also with checks in the background", async () => {
  const source = `
    import { createHealth } from "hale";
    createHealth({ logger: false, defaults: { interval: 1000 }, checks: { db: async () => new Promise(() => {}) } });
    await new Promise((resolve) => setImmediate(resolve));
    console.log("done");
  `;
  const { stdout } = await run("node", ["--input-type=module", "-e", source]);
  expect(stdout).toBe("done\n");
});
