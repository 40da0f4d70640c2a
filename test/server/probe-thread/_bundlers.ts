import { join } from "node:path";
import { build } from "esbuild";
import webpack from "webpack";

/** A way to make one file of a program. */
export interface Bundler {
  readonly name: string;
  /** The name of the file that it makes. */
  readonly file: string;
  bundle(entry: string, folder: string): Promise<void>;
}

/** `require` in a module, for what a program in CommonJS requires of Node. */
const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

function byEsbuild(format: "cjs" | "esm"): Bundler {
  const file = `program.${format === "cjs" ? "cjs" : "mjs"}`;
  return {
    name: `esbuild, ${format}`,
    file,
    async bundle(entry, folder) {
      await build({
        entryPoints: [entry],
        outfile: join(folder, file),
        bundle: true,
        minify: true,
        platform: "node",
        format,
        banner: format === "esm" ? { js: REQUIRE } : {},
        logLevel: "silent",
      });
    },
  };
}

function byWebpack(mode: "production" | "development", format: "cjs" | "esm"): Bundler {
  const file = `program.${format === "cjs" ? "cjs" : "mjs"}`;
  const esm = format === "esm";
  return {
    name: `webpack, ${mode}, ${format}`,
    file,
    bundle: (entry, path) =>
      new Promise((resolve, reject) => {
        const compiler = webpack({
          mode,
          target: "node20",
          entry,
          output: {
            path,
            filename: file,
            ...(esm && { module: true, chunkFormat: "module", library: { type: "module" } }),
          },
          // One file, with what is imported on demand too.
          plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
          ...(esm && { experiments: { outputModule: true } }),
        });
        compiler?.run((failure, stats) => {
          const said = stats?.hasErrors() || stats?.hasWarnings() ? stats.toString() : undefined;
          if (failure !== null) reject(failure);
          else if (said !== undefined) reject(new Error(said));
          else compiler.close(() => resolve());
        });
      }),
  };
}

/** Each of them. */
export const BUNDLERS: readonly Bundler[] = [
  byEsbuild("cjs"),
  byEsbuild("esm"),
  byWebpack("production", "cjs"),
  byWebpack("production", "esm"),
  byWebpack("development", "cjs"),
];
