import { expect, test, vi } from "vitest";
import { createHealth } from "../../src/health.ts";
import { fakeHealth } from "../../src/testing/fake-health.ts";
import { whenSettled } from "../../src/testing/when-settled.ts";

test("each check of a service has run", async () => {
  const database = vi.fn(async () => {});
  const health = createHealth({
    logger: false,
    checks: { database, cache: async () => Promise.reject(new Error("refused")) },
  });
  await whenSettled(health);
  const { phase, checks } = await health.report("deep");
  expect(phase).toBe("serving");
  expect(checks.map(({ status }) => status)).toEqual(["up", "down"]);
  await whenSettled(health);
  expect(database).toHaveBeenCalledTimes(1);
  await health.close();
});

test("a run that hangs counts when its timeout has passed, by the fake timers of the runner too", async () => {
  vi.useFakeTimers();
  try {
    const health = createHealth({
      logger: false,
      checks: { database: () => new Promise(() => {}) },
    });
    const settled = vi.fn();
    void whenSettled(health).then(settled);
    await vi.advanceTimersByTimeAsync(499);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    expect(settled).toHaveBeenCalledTimes(1);
    expect((await health.report("deep")).checks).toMatchObject([{ code: "HALE_TIMEOUT" }]);
    await health.close();
  } finally {
    vi.useRealTimers();
  }
});

test("start-up tasks are not waited for", async () => {
  const health = createHealth({ logger: false });
  health.addStartupTask("load the prices", new Promise(() => {}));
  await whenSettled(health);
  expect((await health.report("readiness")).phase).toBe("starting");
  await health.close();
});

test("a fake settles without time passing, also where a check hangs", async () => {
  const health = fakeHealth({ database: "hanging", cache: "down" });
  await whenSettled(health);
  expect(health.clock.now()).toBe(0);
  const report = health.report("deep", { check: "database" });
  await health.clock.advance(500);
  expect((await report).checks).toMatchObject([{ status: "down", code: "HALE_TIMEOUT" }]);
});

test("what is no health is refused", async () => {
  await expect(whenSettled({} as never)).rejects.toMatchObject({ code: "HALE_BAD_OPTION" });
});
