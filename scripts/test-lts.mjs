// Runs the tests that need no server on the newest Node with long-term support: npm run test:lts -- [arguments of vitest]
import { NEWEST_LTS, runTestsOn } from "./node-versions.mjs";

const config = "test/nodes/vitest.config.ts";
process.exitCode = runTestsOn(NEWEST_LTS, ["--config", config, ...process.argv.slice(2)]);
