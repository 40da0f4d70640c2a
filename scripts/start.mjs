// Builds hale and starts the example in this process, so that it receives the signals that npm passes on.
import { execFileSync } from "node:child_process";
import { register } from "tsx/esm/api";

execFileSync(process.execPath, ["scripts/build.mjs", "--no-types"], { stdio: "inherit" });
register();
await import("../examples/shop/main.ts");
