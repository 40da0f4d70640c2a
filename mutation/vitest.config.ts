import { defineConfig } from "vitest/config";
import { workerSource } from "../scripts/worker-source.mjs";

/** The tests that hold the mutated folders, without servers and without the built package. */
export default defineConfig({
  plugins: [workerSource],
  test: {
    include: [
      "test/{engine,report,http,formats,contract,lifecycle,telemetry}/**/*.test.ts",
      "test/{health,health-internals}.test.ts",
      "test/scenarios/{groups,strangers,kept-answers,storms,formats}.test.ts",
    ],
    exclude: ["**/*.property.test.ts", "test/formats/prometheus.test.ts"],
    testTimeout: 20_000,
  },
});
