import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What dist/ is made of; folders count with all that is in them. */
const SOURCES = [
  "src",
  "scripts",
  "package.json",
  "package-lock.json",
  "tsconfig.build.json",
  "tsconfig.json",
];

/** The file that a build with types writes last. */
const LAST = "dist/node.d.cts";

/** Whether a folder has a `dist` with types that is newer than each of its sources. */
export function isBuilt(root = ".") {
  const built = statSync(join(root, LAST), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return SOURCES.every((source) => changedAt(join(root, source)) < built);
}

/** The moment of the last change of a file, or of a folder and all in it; a removed file changes its folder. */
function changedAt(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inner = readdirSync(path).map((name) => changedAt(join(path, name)));
  return Math.max(found.mtimeMs, ...inner);
}
