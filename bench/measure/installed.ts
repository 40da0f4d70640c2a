import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** A project of its own, which has installed what npm would publish. */
export interface Installed extends AsyncDisposable {
  /** A copy of a script of this folder in that project. */
  script(name: string): Promise<string>;
}

/** Packs hale and the empty package, and installs them as a user would; links take longer to follow. */
export async function installPackages(signal: AbortSignal): Promise<Installed> {
  const folder = await mkdtemp(join(tmpdir(), "hale-bench-"));
  const pack = ["pack", "--silent", pathOf("../.."), pathOf("empty-package")];
  const { stdout } = await run("npm", pack, { cwd: folder, signal });
  const packed = stdout
    .trim()
    .split("\n")
    .map((file) => `./${file}`);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const install = ["install", "--silent", "--offline", "--no-audit", "--no-fund", ...packed];
  await run("npm", install, { cwd: folder, signal });
  return {
    async script(name) {
      const copy = join(folder, name);
      await copyFile(pathOf(name), copy);
      return copy;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
