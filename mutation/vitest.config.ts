import { defineConfig } from "vitest/config";
import { workerSource } from "../scripts/worker-source.mjs";

/** The tests that hold the mutated folders, without servers and without the built package. */
const ALL = [
  "test/{engine,report,http,formats,contract,lifecycle,telemetry}/**/*.test.ts",
  "test/{health,health-internals}.test.ts",
  "test/scenarios/{groups,kept-answers,storms,formats}.test.ts",
];

/** Set by scripts/mutation.mjs: folders whose own tests are run alone. */
const folders = process.env.MUTATION_TESTS?.split(",");

export default defineConfig({
  plugins: [workerSource],
  test: {
    include: folders?.map((folder) => `test/${folder}/**/*.test.ts`) ?? ALL,
    exclude: ["**/*.property.test.ts", "test/formats/prometheus.test.ts"],
    testTimeout: 20_000,
  },
});
