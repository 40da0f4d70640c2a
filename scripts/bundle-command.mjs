// Bundles the `hale` command: modules of its own beside those of the package, which it imports as a user does.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { tsImport } from "tsx/esm/api";
import { entries } from "./entries.mjs";

/** The name by which a user imports every source that the package exports; within the package it is the same. */
const EXPORTED = new Map(
  Object.entries(entries()).map(([path, source]) => [resolve(source), path.replace(/^\./, "hale")]),
);

/** Sources that may be bundled into the command too, since they hold no state. */
const SHARED = ["src/cli", "src/contract", "src/grpc", "src/report"].map((folder) =>
  resolve(folder),
);

/** Keeps imports of what the package exports as imports, so that no second copy of the engine is packed. */
const exportedModules = {
  name: "exported-modules",
  resolveId(id, importer) {
    if (importer === undefined || !id.startsWith(".") || importer.includes("node_modules"))
      return null;
    const source = resolve(dirname(importer), id);
    const name = EXPORTED.get(source);
    if (name !== undefined) return { id: name, external: true };
    if (SHARED.some((folder) => source.startsWith(`${folder}/`))) return null;
    throw new Error(`${relative(".", importer)} imports ${id}, which the package does not export.`);
  },
};

const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const SETTINGS = {
  external: /^node:/,
  platform: "node",
  // yaml's browser build is ESM, so unused modules are left out.
  resolve: { alias: { yaml: resolve("node_modules/yaml/browser/dist/index.js") } },
  plugins: [exportedModules],
  transform: { define: { PACKAGE_VERSION: JSON.stringify(version) } },
};

const OUTPUT = {
  dir: "dist",
  banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
  comments: { legal: false, annotation: false, jsdoc: false },
  minify: true,
};

/**
 * The program of the package. Docker starts `hale probe` every few seconds, and Node takes less for one CommonJS file
 * than for modules; so the two commands that are probes run from theirs.
 */
const PROGRAM = `#!/usr/bin/env node
"use strict";
if (["probe", "wait"].includes(process.argv[2])) require("./probe.cjs");
else import("./cli.js");
`;

/**
 * Writes dist/hale.cjs, the program; dist/cli.js, and in dist/cli/ what it loads on demand and the licences of the
 * packages in it; and dist/probe.cjs, which is `hale probe` and `hale wait` in one file.
 */
export async function bundleCommand() {
  const command = await rolldown({ input: { cli: "src/cli/main.ts" }, ...SETTINGS });
  const { output } = await command.write({
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "cli/[name].js",
    ...OUTPUT,
  });
  await command.close();
  await writeSchema();
  writeLicences(output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : [])));

  const probe = await rolldown({ input: { probe: "src/cli/internal/standalone.ts" }, ...SETTINGS });
  await probe.write({
    format: "cjs",
    entryFileNames: "[name].cjs",
    codeSplitting: false,
    ...OUTPUT,
  });
  await probe.close();
  writeFileSync("dist/hale.cjs", PROGRAM);
}

/** Writes the JSON Schema of the configuration of `hale serve`, for editors. */
async function writeSchema() {
  const file = "../src/cli/internal/config/config-schema.ts";
  const { CONFIG_SCHEMA } = await tsImport(file, import.meta.url);
  writeFileSync("dist/hale.schema.json", `${JSON.stringify(CONFIG_SCHEMA)}\n`);
}

/** Writes the licence of every package that some modules belong to. */
function writeLicences(modules) {
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []);
  const texts = [...new Set(folders)].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined)
      throw new Error(`${name} is bundled, and has no file with its licence.`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  if (texts.length > 0)
    writeFileSync("dist/cli/LICENSES.txt", texts.join(`\n${"-".repeat(80)}\n\n`));
}
