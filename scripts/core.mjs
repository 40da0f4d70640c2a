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

/** What `import "hale"` loads, in one file of the package. */
export const core = loadedAtOnce(resolve("src/index.ts"));

/** The modules whose exports `hale` gives its users: there is one of each. */
const SHARED = /\/src\/(?:health|contract\/(?:check|errors))\.ts$/;
const COPY = "?copy";

/**
 * Gives the other sub-paths, and what is loaded on demand, copies of what they need of the core, whose
 * modules have no state. Otherwise index.js, which holds the core, would have to export all of that
 * beside what users may import.
 */
export const copyCore = {
  name: "copy-core",
  async resolveId(source, importer) {
    if (importer === undefined || core.has(importer)) return null;
    const found = await this.resolve(source, importer.replace(COPY, ""), { skipSelf: true });
    const copied = found !== null && core.has(found.id) && !SHARED.test(found.id);
    return copied ? `${found.id}${COPY}` : found;
  },
  load(id) {
    if (!id.endsWith(COPY)) return null;
    return { code: readFileSync(id.replace(COPY, ""), "utf8"), moduleType: "ts" };
  },
};
