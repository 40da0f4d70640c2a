import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { table, whole } from "../table.ts";
import type { Section } from "./bench.ts";

/** What an application that imports `hale` carries: the entry with its static imports. */
export const size: Section = async ({ print, progress }) => {
  progress("size: bundling");
  const { metafile, outputFiles } = await build({
    stdin: { contents: 'export * from "hale";', resolveDir: import.meta.dirname },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    outdir: "out",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  const isStatic = ({ kind }: { kind: string }) => kind === "import-statement";
  const carried = new Set<string>();
  const carry = (path: string) => {
    if (carried.has(path)) return;
    carried.add(path);
    for (const { path: imported } of metafile.outputs[path]?.imports.filter(isStatic) ?? []) {
      carry(imported);
    }
  };
  carry(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]?.entryPoint) ?? "");
  const files = outputFiles.filter(({ path }) => [...carried].some((one) => path.endsWith(one)));
  const sum = (bytes: readonly number[]) => bytes.reduce((total, one) => total + one, 0);
  const minified = sum(files.map(({ contents }) => contents.length));
  const zipped = sum(files.map(({ contents }) => gzipSync(contents, { level: 9 }).length));
  print("### Size");
  print(
    table(
      ["module", "files", "minified", "minified and gzipped"],
      [["`hale`", String(files.length), `${whole(minified)} B`, `${whole(zipped)} B`]],
    ),
  );
  print("The entry with its static imports, by esbuild; what is imported on demand is not in it.");
};
