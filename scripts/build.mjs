// Builds dist/: one bundle for each sub-path, with what is imported on demand in chunks, and the types
// unless --no-types is given.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { rolldown } from "rolldown";
import { copyCore, core } from "./core.mjs";
import { entries } from "./entries.mjs";
import { workerSource } from "./worker-source.mjs";

const types = !process.argv.includes("--no-types");

/** The built file of a source file, without its ending. */
const nameOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, "");

rmSync("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(Object.values(entries()).map((source) => [nameOf(source), source])),
  external: /^node:/,
  treeshake: { moduleSideEffects: false },
  plugins: [workerSource, copyCore],
  preserveEntrySignatures: "allow-extension",
});
await bundle.write({
  dir: "dist",
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "shared/[name].js",
  // The types carry the docstrings; what bundlers are told stays.
  comments: { legal: false, annotation: true, jsdoc: false },
  // Each file takes its time to load, so all that `import "hale"` loads at once is in one, and so is
  // what the first runs need, and the requests that ask for more than a verdict.
  codeSplitting: {
    groups: [
      { name: "index", test: (id) => core.has(id) },
      { name: "outcome", test: /\/src\/(?:engine\/outcome|report\/(?:reason|redact))/ },
      { name: "formats", test: /\/src\/(?:formats|http|contract\/outer-errors)/ },
    ],
  },
  // Half of the time that an import takes goes by the size of the text. Names and lines stay, so
  // that a stack says where it was.
  minify: { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: false } },
});
await bundle.close();
if (types) {
  const tsc = "node_modules/typescript/bin/tsc";
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
}
