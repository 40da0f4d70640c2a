// Builds hale and starts the example in this process.
import { execFileSync } from "node:child_process";
import { register } from "tsx/esm/api";

const { ppid } = process;

execFileSync(process.execPath, ["scripts/build.mjs", "--no-types"], { stdio: "inherit" });

// npm sends SIGTERM to the shell that it has started, which ends and leaves this process behind.
setInterval(() => {
  if (process.ppid !== ppid) process.kill(process.pid, "SIGTERM");
}, 500).unref();

register();
await import("../examples/shop/main.ts");
