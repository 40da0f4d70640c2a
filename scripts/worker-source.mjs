import { resolve } from "node:path";
import { rolldown } from "rolldown";

const QUERY = "?source";

/**
 * Makes `import { source } from "./worker.ts?source"` the text of that program and of all that it
 * imports: one script, which a worker thread runs without a file.
 */
export const workerSource = {
  name: "worker-source",
  resolveId(id, importer) {
    if (!id.endsWith(QUERY) || importer === undefined) return null;
    return resolve(importer, "..", id);
  },
  async load(id) {
    if (!id.endsWith(QUERY)) return null;
    const text = await bundle(id.slice(0, -QUERY.length));
    return { code: `export const source = ${JSON.stringify(text)};`, moduleType: "js" };
  },
};

/** The file of the text in dist/, of which modules and CommonJS share one. */
const SHARED = "shared/probe-worker.cjs";

/**
 * Does the same in the package, where the text is a file of CommonJS: what is imported by modules and required by
 * CommonJS is packed once.
 */
export function sharedWorkerSource() {
  let text;
  return {
    name: "shared-worker-source",
    async resolveId(id, importer) {
      if (!id.endsWith(QUERY) || importer === undefined) return null;
      text ??= await bundle(resolve(importer, "..", id.slice(0, -QUERY.length)));
      // Its place is that of a source: the bundler writes the import as the way between the two, and keeps folders.
      return { id: resolve("src", SHARED), external: true };
    },
    generateBundle() {
      const source = `"use strict";\nexports.source = ${JSON.stringify(text)};\n`;
      this.emitFile({ type: "asset", fileName: SHARED, source });
    },
  };
}

async function bundle(file) {
  const program = await rolldown({
    input: file,
    external: /^node:/,
    platform: "node",
    treeshake: { moduleSideEffects: false },
  });
  const { output } = await program.generate({
    format: "cjs",
    codeSplitting: false,
    comments: false,
    minify: true,
  });
  await program.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error(`${file} became more than one file.`);
  return chunk.code;
}
