// Runs the matrices: the whole suite on each version of Node that services run on, and the package in each
// loader, runner and bundler. Takes long; `npm test` has one version of each thing.
//
//   npm run test:wide -- [version …] [-- arguments of vitest]
import { spawnSync } from "node:child_process";
import { buildAddons, runTestsOn, VERSIONS } from "./node-versions.mjs";

const mark = process.argv.indexOf("--");
const named = process.argv.slice(2, mark === -1 ? undefined : mark);
const args = mark === -1 ? [] : process.argv.slice(mark + 1);

const results = [];
try {
  for (const version of named.length > 0 ? named : VERSIONS) {
    const whole = ["--config", "test/wide.config.ts", ...args];
    results.push([version, runTestsOn(version, whole, { native: true })]);
  }
} finally {
  buildAddons();
}
if (named.length === 0) {
  const loaders = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--config",
    "test/loaders/vitest.config.ts",
  ];
  results.push(["loaders", spawnSync(process.execPath, loaders, { stdio: "inherit" }).status ?? 1]);
}
for (const [name, code] of results) console.log(`${name}: ${code === 0 ? "passed" : "failed"}`);
process.exitCode = results.some(([, code]) => code !== 0) ? 1 : 0;
