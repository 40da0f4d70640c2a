import { expect, test, vi } from "vitest";
import { type Rollout, rollOut } from "../_support/rolling-restart.ts";

vi.setConfig({ testTimeout: 300_000 });

/** Two restarts of both replicas at 200 requests a second, while HAProxy looks five times a second. */
const ROLLOUT: Omit<Rollout, "leaving"> = {
  program: "test/scenarios/programs/replica-http.mjs",
  rate: 200,
  rolls: 2,
  inter: 200,
  fall: 3,
};

test("HAProxy in front of two replicas fails no request while both are restarted", async () => {
  const result = await rollOut({ ...ROLLOUT, leaving: { by: "hale", drain: { quiet: 500 } } });
  expect(result.failures, `${result.overload}\n${result.log}`).toEqual([]);
  expect(result.left.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(result.requests).toBeGreaterThan(1_000);
});

test("the same restarts fail requests when the servers only close", async () => {
  // Longer than any request takes: what is killed then only waits for connections that are kept.
  const result = await rollOut({ ...ROLLOUT, leaving: { by: "close" }, grace: 5_000 });
  expect(result.failures.length, result.log).toBeGreaterThan(0);
});
