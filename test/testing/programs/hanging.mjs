// Waits for a fake whose check hangs, in the way that the first argument names, and moves no clock.
import { fakeHealth, healthMatchers } from "hale/testing";

const health = fakeHealth({ database: "hanging" });
const WAITS = {
  report: () => health.report("readiness"),
  handle: () => health.handle({ method: "GET", url: "/health/ready", header: () => undefined }),
  whenReady: () => health.whenReady(),
  toBeReady: () => healthMatchers.toBeReady(health),
};
process.on("exit", () => console.log("It ends."));
WAITS[process.argv[2]]().then(
  () => console.log("It was answered."),
  ({ code }) => console.log(`It failed: ${code}`),
);
