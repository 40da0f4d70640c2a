// Builds dist/: modules for `import`, CommonJS for what cannot load a module, each with what is imported on
// demand in chunks, the `hale` command, and the types of both unless --no-types is given.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { bundleCommand } from "./bundle-command.mjs";
import { core } from "./core.mjs";
import { entries } from "./entries.mjs";
import { marksAlone } from "./marks-alone.mjs";
import { shortLines } from "./short-lines.mjs";
import { wholeCore } from "./whole-core.mjs";
import { workerSource } from "./worker-source.mjs";

const types = !process.argv.includes("--no-types");

/** The built file of a source file, without its ending. */
const nameOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, "");

rmSync("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(Object.values(entries()).map((source) => [nameOf(source), source])),
  external: /^node:/,
  treeshake: { moduleSideEffects: false },
  plugins: [workerSource, marksAlone, wholeCore, shortLines],
});
for (const { format, ending } of [
  { format: "esm", ending: "js" },
  { format: "cjs", ending: "cjs" },
]) {
  await bundle.write({
    dir: "dist",
    format,
    exports: "named",
    entryFileNames: `[name].${ending}`,
    chunkFileNames: `shared/[name].${ending}`,
    // The types carry the docstrings; what bundlers are told stays.
    comments: { legal: false, annotation: true, jsdoc: false },
    // Each file takes its time to load, so all that `import "hale"` loads is in one.
    codeSplitting: { groups: [{ name: "core", test: (id) => core.has(id) }] },
    // Half of the time that an import takes goes by the size of the text.
    minify: true,
  });
}
await bundle.close();
await bundleCommand();
if (types) writeTypes();

/** Writes the types of the modules, and from them those of CommonJS, whose imports end in `.cjs`. */
function writeTypes() {
  const tsc = "node_modules/typescript/bin/tsc";
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  const files = readdirSync("dist", { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".d.ts"))) {
    const text = readFileSync(join("dist", file), "utf8");
    const commonJs = text.replace(/((?:from|import\()\s*"\.[^"]*)\.js"/g, '$1.cjs"');
    writeFileSync(join("dist", file.replace(/\.ts$/, ".cts")), commonJs);
  }
}
