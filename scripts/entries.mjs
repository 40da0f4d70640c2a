import { existsSync, readdirSync } from "node:fs";

/** The files of a folder that users may name: those that are no index, and are not in `internal/`. */
export function publicFiles(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

/**
 * The source file of every sub-path of the package. An adapter is its own file; `hale/node`, which has more
 * than the adapter, is a file at the top.
 */
export function entries() {
  const adapters = publicFiles("src/adapters").map((name) => [
    `./${name}`,
    existsSync(`src/${name}.ts`) ? `src/${name}.ts` : `src/adapters/${name}.ts`,
  ]);
  return Object.fromEntries([
    [".", "src/index.ts"],
    ["./checks", "src/checks/index.ts"],
    ["./metrics", "src/metrics/index.ts"],
    ["./testing", "src/testing/index.ts"],
    ["./testing/jest", "src/testing/jest.ts"],
    ["./testing/vitest", "src/testing/vitest.ts"],
    ["./grpc", "src/grpc.ts"],
    ...adapters,
  ]);
}
