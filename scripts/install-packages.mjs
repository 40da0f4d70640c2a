import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

/**
 * The environment in which addons are compiled: without optimisation, which takes a tenth of the time, and makes no
 * difference to tests. SQLite alone takes minutes otherwise.
 */
export const COMPILER_FLAGS = { CFLAGS: "-O0", CXXFLAGS: "-O0" };

/**
 * Installs the packages of a folder that has a manifest and a lock file of its own, unless all that the
 * lock file names is installed. Logs one line before npm starts.
 */
export function installPackages(folder) {
  if (isInstalled(folder)) return;
  // `npm ci` removes what is there first, and then compiles again what is compiled already.
  const command = existsSync(new URL(`${folder}/node_modules/.package-lock.json`, ROOT))
    ? ["install", "--no-save"]
    : ["ci"];
  const args = [...command, "--prefix", folder, "--no-audit", "--no-fund", "--loglevel", "error"];
  console.log(`Installing the packages of ${folder}/, once: npm ${args.join(" ")}`);
  execFileSync("npm", args, {
    cwd: fileURLToPath(ROOT),
    env: { ...COMPILER_FLAGS, ...process.env },
    stdio: ["ignore", "ignore", "inherit"],
    // On Windows npm is a script of the shell.
    shell: process.platform === "win32",
  });
}

/** Whether the installed packages are those of the lock file; npm notes at the end what it has installed. */
function isInstalled(folder) {
  const wanted = packagesOf(`${folder}/package-lock.json`);
  const installed = packagesOf(`${folder}/node_modules/.package-lock.json`);
  if (wanted === undefined || installed === undefined) return false;
  return (
    Object.entries(wanted).every(([path, { version, optional }]) =>
      installed[path] === undefined ? optional : installed[path].version === version,
    ) && Object.keys(installed).every((path) => path in wanted)
  );
}

/** The packages that a lock file names, by their folders. */
function packagesOf(file) {
  try {
    const { packages } = JSON.parse(readFileSync(new URL(file, ROOT), "utf8"));
    return Object.fromEntries(
      Object.entries(packages).filter(([path]) => path.startsWith("node_modules/")),
    );
  } catch {
    return undefined;
  }
}
