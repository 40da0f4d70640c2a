import { mergeConfig } from "vitest/config";
import whole from "../../vitest.config.ts";

/** The folders whose tests need no database, broker or proxy. */
const FOLDERS = [
  "adapters",
  "cluster",
  "contract",
  "engine",
  "formats",
  "house",
  "http",
  "lifecycle",
  "node-http",
  "process-managers",
  "report",
  "server",
  "shutdown",
  "telemetry",
  "testing",
];

const config = mergeConfig(whole, {});
config.test.include = ["test/*.test.ts", ...FOLDERS.map((folder) => `test/${folder}/**/*.test.ts`)];
// The examples of the pages use an addon, which is built for the Node at hand alone.
config.test.exclude.push("test/house/examples.test.ts");
config.test.globalSetup = ["test/_global-setup.ts"];

/** The part of the suite that takes a minute or two on another version of Node: `npm run test:lts`. */
export default config;
