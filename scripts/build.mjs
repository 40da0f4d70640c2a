// Builds dist/: modules for `import`, CommonJS for what cannot load a module, each with what is imported on
// demand in chunks, the `hale` command, and the types of both unless --no-types is given.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { bundleCommand } from "./bundle-command.mjs";
import { writeCommonJsTypes } from "./commonjs-types.mjs";
import { core } from "./core.mjs";
import { entries } from "./entries.mjs";
import { marksAlone } from "./marks-alone.mjs";
import { shortLines } from "./short-lines.mjs";
import { wholeCore } from "./whole-core.mjs";
import { sharedWorkerSource } from "./worker-source.mjs";

const types = !process.argv.includes("--no-types");

/** The built file of a source file, without its ending. */
const nameOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, "");

rmSync("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: Object.fromEntries(Object.values(entries()).map((source) => [nameOf(source), source])),
  // The other is a package of Nest, for a service that has it.
  external: [/^node:/, "@nestjs/common"],
  treeshake: { moduleSideEffects: false },
  plugins: [sharedWorkerSource(), marksAlone, wholeCore, shortLines],
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

/** Writes the types of the modules, and those of CommonJS: its entries, which refer to the others. */
function writeTypes() {
  const tsc = "node_modules/typescript/bin/tsc";
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  const roots = Object.values(entries()).map((source) => join("dist", `${nameOf(source)}.d.ts`));
  const reached = typesReachedFrom(roots);
  for (const file of readdirSync("dist", { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".d.ts") && !reached.has(join("dist", file))) rmSync(join("dist", file));
  }
  for (const file of reached) indentByOne(file);
  writeCommonJsTypes(roots);
}

/** Indents types by one space a level, and not by four: the package has no bytes to spare. */
function indentByOne(file) {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/^(?: {4})+/gm, (margin) => " ".repeat(margin.length / 4)),
  );
}

/** The files of types that a user's program can reach; it would only carry those of the other modules. */
function typesReachedFrom(roots) {
  const reached = new Set();
  const pending = [...roots];
  for (const file of pending) {
    if (reached.has(file)) continue;
    reached.add(file);
    const imports = readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]*)\.ts"/g);
    pending.push(...[...imports].map(([, to]) => join(dirname(file), `${to}.d.ts`)));
  }
  return reached;
}
