// Mutates the folders whose rules must hold, and runs the tests of these folders, which need no server.
export default {
  plugins: ["@stryker-mutator/vitest-runner"],
  testRunner: "vitest",
  // The tests are chosen there. Those of a format are related to it by what is loaded on demand, which is not followed.
  vitest: { configFile: "mutation/vitest.config.ts", related: false },
  mutate: [
    "src/engine/**/*.ts",
    "src/report/**/*.ts",
    "src/http/**/*.ts",
    "src/formats/**/*.ts",
    "!src/formats/index.ts",
  ],
  // What a message says is held by tests of sentences where it matters; else any text would do.
  mutator: { excludedMutations: [] },
  incremental: true,
  incrementalFile: "mutation/incremental.json",
  tempDirName: "mutation/.sandbox",
  buildCommand: "node mutation/link-packages.mjs",
  ignorePatterns: [
    "bench",
    "test/node_modules",
    "test/runtimes",
    "test/nodes",
    "test/loaders",
    "tools",
    "examples",
  ],
  symlinkNodeModules: true,
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ["clear-text", "json", "progress"],
  jsonReporter: { fileName: "mutation/report.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  checkers: [],
  warnings: { slow: false },
};
