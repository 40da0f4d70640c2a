// Builds dist/: one bundle for each sub-path, with what they share in chunks, and the types unless
// --no-types is given.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { build } from "esbuild";
import { entries } from "./entries.mjs";

const types = !process.argv.includes("--no-types");

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: Object.values(entries()),
  outbase: "src",
  outdir: "dist",
  chunkNames: "shared/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  external: ["node:*"],
  legalComments: "none",
  logLevel: "warning",
});
if (types) {
  const tsc = "node_modules/typescript/bin/tsc";
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
}
