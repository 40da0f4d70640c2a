import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** The files that a source file loads at once, itself among them. */
export function loadedAtOnce(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const imports = readFileSync(file, "utf8").matchAll(
    /^(?:import|export) (?!type )[^;"]*?from "(\.[^"]+)"/gm,
  );
  for (const [, to] of imports) loadedAtOnce(resolve(dirname(file), to), found);
  return found;
}

/** The sources that `import "hale"` loads, bundled in one file, without the file that exports it. */
export const core = loadedAtOnce(resolve("src/index.ts"));
core.delete(resolve("src/index.ts"));
