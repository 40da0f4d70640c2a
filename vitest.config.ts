import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { workerSource } from "./scripts/worker-source.mjs";

/** What `npm run test:wide` runs alone: many versions or programs of a kind, which take minutes. */
export const MATRICES = [
  "test/checks/clients/relatives.test.ts",
  "test/company/**",
  "test/examples/next.test.ts",
  "test/runtimes/**",
  "test/server/probe-thread/bundlers.test.ts",
];

export default defineConfig({
  // Sources are tested as they are, and this is what the build makes of one of them.
  plugins: [workerSource],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/loaders/**", ...MATRICES],
    globalSetup: [
      "test/_global-setup.ts",
      "test/servers/_global-setup.ts",
      "test/runtimes/_global-setup.ts",
    ],
    // fromUrl() looks for drivers from the folder in which the process was started, which is the root.
    env: { NODE_PATH: fileURLToPath(new URL("test/node_modules", import.meta.url)) },
    // A test waits for events, never for a time; this limit is for a test that would wait for ever.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    // More than there may be cores: most of a test is waiting for servers and processes.
    maxWorkers: 4,
  },
});
