import { expect, test, vi } from "vitest";
import { restartInKubernetes } from "../_support/kubernetes-restart.ts";
import { restartBehindNginx } from "../_support/nginx-restart.ts";
import { lossesOf } from "../_support/restart-under-load.ts";

vi.setConfig({ testTimeout: 300_000 });

/** A restart of both replicas at 200 requests a second, which nobody asks for readiness. */
const RESTARTS = {
  program: "test/scenarios/programs/replica-http.mjs",
  rate: 200,
  arrivals: "poisson",
  rolls: 1,
} as const;

test("no request fails whose endpoint is removed two seconds after the signal", async () => {
  const leaving = { by: "hale" } as const;
  const result = await restartInKubernetes({ ...RESTARTS, leaving, removal: 2000 });
  expect(lossesOf(result), String(result.overload)).toEqual([]);
  expect(result.left.map(({ code }) => code)).toEqual([0, 0]);
});

test("the same restarts fail requests when the servers only close", async () => {
  const leaving = { by: "close" } as const;
  const result = await restartInKubernetes({ ...RESTARTS, leaving, removal: 2000, grace: 5000 });
  expect(lossesOf(result).length).toBeGreaterThan(0);
});

test("nginx that asks nothing learns of the end by its own requests, which it sends again", async () => {
  const leaving = { by: "hale", drain: { max: 2000 } } as const;
  const result = await restartBehindNginx({ ...RESTARTS, leaving });
  expect(result.failures, `${result.overload}\n${result.failedAttempts}`).toEqual([]);
  expect(result.left.map(({ code }) => code)).toEqual([0, 0]);
  expect(result.failedAttempts?.length).toBeGreaterThan(0);
});
