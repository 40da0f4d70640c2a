import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { missingRuntimes } from "./programs.ts";

const FOLDER = dirname(fileURLToPath(import.meta.url));

/** Installs the runtimes that are missing, and fails before the first test when it cannot. */
export function setup(): void {
  if (missingRuntimes().length === 0) return;
  const args = ["ci", "--prefix", FOLDER, "--no-audit", "--no-fund"];
  console.warn(`The tests need other runtimes: installing with npm ${args.join(" ")}.`);
  execFileSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
  const missing = missingRuntimes();
  if (missing.length > 0) {
    throw new Error(`Not installed by npm ${args.join(" ")}: ${missing.join(", ")}.`);
  }
}
