// Runs a program of tools/, whose packages are installed first where they are missing:
// node scripts/tool.mjs knip --fix
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installPackages } from "./install-packages.mjs";

const [program = "", ...args] = process.argv.slice(2);
installPackages("tools");
const { status, error } = spawnSync(join("tools", "node_modules", ".bin", program), args, {
  stdio: "inherit",
  // On Windows these programs are scripts of the shell.
  shell: process.platform === "win32",
});
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
