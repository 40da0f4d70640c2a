// Runs StrykerJS, whose packages are installed first where they are missing: npm run mutation -- --mutate src/engine/**
import { spawnSync } from "node:child_process";
import { installPackages } from "./install-packages.mjs";

installPackages("test");
installPackages("mutation");
const stryker = "mutation/node_modules/@stryker-mutator/core/bin/stryker.js";
const args = ["run", "mutation/stryker.config.mjs", ...process.argv.slice(2)];
process.exitCode =
  spawnSync(process.execPath, [stryker, ...args], { stdio: "inherit" }).status ?? 1;
