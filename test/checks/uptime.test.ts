import { expect, onTestFinished, test, vi } from "vitest";
import { outcomeOfUptime } from "../../src/checks/internal/process/process-uptime.ts";
import { uptime } from "../../src/checks/uptime.ts";
import { runCheck } from "../_support/run-check.ts";
import { noFaults } from "../contracts/fault-contract.ts";

test("uptime is up, and observes how long the process has run", async () => {
  const least = Math.floor(process.uptime());
  const { status, observations } = await runCheck(uptime());
  expect(status).toBe("up");
  expect(observations).toEqual({ uptime: { value: expect.any(Number), unit: "s" } });
  const seen = Number(observations?.uptime?.value);
  expect([least <= seen, seen <= process.uptime()]).toEqual([true, true]);
});

test("a process that is older than it may be is degraded, and never down", async () => {
  const spy = vi.spyOn(process, "uptime").mockReturnValue(61);
  onTestFinished(() => spy.mockRestore());
  expect(await runCheck(uptime({ degradedAfter: 60_000 }))).toMatchObject({
    status: "degraded",
    reason: expect.stringMatching(/^The process has run for 61 s; after 60 s it is degraded\.$/),
  });
});

test.each([60_000.5, 1e12, Number.POSITIVE_INFINITY])("it may be %d ms old", (degradedAfter) => {
  expect(() => uptime({ degradedAfter })).not.toThrow();
});

test("the age is judged to the millisecond", () => {
  expect(outcomeOfUptime(59.999, 60_000).status).toBe("up");
  expect(outcomeOfUptime(60, 60_000).status).toBe("degraded");
  expect(outcomeOfUptime(1e9, undefined).status).toBe("up");
});

noFaults("uptime", "this process", "asks this process itself: there is no server to fail");
