// Builds dist/: one bundle for each sub-path, with what they share in chunks, and the types unless
// --no-types is given.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { rolldown } from "rolldown";
import { entries } from "./entries.mjs";

const types = !process.argv.includes("--no-types");

/** The built file of a source file, without its ending. */
const nameOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, "");

rmSync("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(Object.values(entries()).map((source) => [nameOf(source), source])),
  external: /^node:/,
  treeshake: { moduleSideEffects: false },
});
await bundle.write({
  dir: "dist",
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "shared/[name].js",
  // The types carry the docstrings.
  comments: false,
  // All that every sub-path shares in one file, because each file takes its time to load.
  codeSplitting: { groups: [{ name: "contract", test: /\/src\/contract\// }] },
});
await bundle.close();
if (types) {
  const tsc = "node_modules/typescript/bin/tsc";
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
}
