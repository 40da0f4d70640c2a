// Runs StrykerJS, whose packages are installed first where they are missing: npm run mutation -- [folder …] [options]
//
// With folders of src/ only these are mutated, and only their own tests run, which takes a fraction of the time. What
// survives may still be held by the others: npm run mutation -- --mutate src/report/reason.ts:20-31
import { spawnSync } from "node:child_process";
import { installPackages } from "./install-packages.mjs";

installPackages("test");
installPackages("mutation");
const [folders, options] = splitAtOption(process.argv.slice(2));
const stryker = "mutation/node_modules/@stryker-mutator/core/bin/stryker.js";
const args = ["run", "mutation/stryker.config.mjs", ...options];
const env = { ...process.env };
if (folders.length > 0) {
  args.push("--mutate", folders.map((folder) => `src/${folder}/**/*.ts`).join());
  env.MUTATION_TESTS = folders.join();
}
process.exitCode =
  spawnSync(process.execPath, [stryker, ...args], { stdio: "inherit", env }).status ?? 1;

function splitAtOption(args) {
  const option = args.findIndex((arg) => arg.startsWith("-"));
  return option === -1 ? [args, []] : [args.slice(0, option), args.slice(option)];
}
