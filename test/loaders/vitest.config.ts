import { defineConfig } from "vitest/config";

/** The package in each loader, runner and bundler: `npm run test:wide` runs it, since it takes minutes. */
export default defineConfig({
  test: {
    include: ["test/loaders/*.test.ts"],
    globalSetup: ["test/loaders/_global-setup.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
