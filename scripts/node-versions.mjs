// Runs tests on another version of Node, one of test/nodes/package.json.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { COMPILER_FLAGS, installPackages } from "./install-packages.mjs";

const FOLDER = "test/nodes";

/** The names of the versions, the oldest first. */
export const VERSIONS = Object.keys(
  JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8")).optionalDependencies,
);

/** The newest version with long-term support: those of even numbers become that after half a year. */
export const NEWEST_LTS = "node-24";

/**
 * Returns the folder of a version of Node, which is installed first where it is missing; `bin/node` is in it.
 */
export function nodeFolder(version) {
  installPackages(FOLDER);
  const folder = resolve(FOLDER, "node_modules", version);
  if (!existsSync(folder)) {
    throw new Error(`${version} could not be installed: npm has it for Linux on x64 alone.`);
  }
  return folder;
}

/**
 * Runs vitest on a version of Node; `native` builds the addons of the tests for it before.
 *
 * @returns the exit code
 */
export function runTestsOn(version, args, { native = false } = {}) {
  const folder = nodeFolder(version);
  const node = `${folder}/bin/node`;
  // Programs that the tests start by the name of node are to run on this version too.
  const env = { ...process.env, PATH: `${folder}/bin${delimiter}${process.env.PATH}` };
  if (native) buildAddons(env, folder);
  const told = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  console.log(`Tests on Node ${told}`);
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  return spawnSync(node, [vitest, "run", ...args], { env, stdio: "inherit" }).status ?? 1;
}

/** Builds the addons of the tests for the Node of this environment, whose headers are in its folder. */
export function buildAddons(env = process.env, folder = undefined) {
  const headers = folder === undefined ? [] : [`--nodedir=${folder}`];
  execFileSync(
    "npm",
    ["rebuild", "better-sqlite3", "--prefix", "test", "--build-from-source", ...headers],
    {
      env: { ...COMPILER_FLAGS, ...env },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
}
