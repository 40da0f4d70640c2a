import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { table, whole } from "../table.ts";
import type { Section } from "./bench.ts";

/** What is imported on demand is no part of what `import "hale"` loads. */
const leaveOutDynamicImports: Plugin = {
  name: "leave-out-dynamic-imports",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

/** What an application that imports `hale` carries: the entry with its static imports. */
export const size: Section = async ({ print, progress }) => {
  progress("size: bundling");
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "hale";', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    plugins: [leaveOutDynamicImports],
    write: false,
    logLevel: "error",
  });
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  print("### Size");
  print(
    table(
      ["module", "minified", "minified and gzipped"],
      [
        [
          "`hale`",
          `${whole(contents.length)} B`,
          `${whole(gzipSync(contents, { level: 9 }).length)} B`,
        ],
      ],
    ),
  );
  print("The entry with its static imports, by esbuild; what is imported on demand is not in it.");
};
