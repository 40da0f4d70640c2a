import { describe, expect, test } from "vitest";
import { Pulse } from "../../src/checks/internal/process/progress-watch.ts";
import { progress } from "../../src/checks/progress.ts";
import { isCheck } from "../../src/contract/check.ts";
import { FakeClock } from "../_support/fake-clock.ts";
import { runCheck } from "../_support/run-check.ts";
import { startService } from "../_support/service.ts";
import { noFaults } from "../contracts/fault-contract.ts";

function pulseWithin(within: number, startWithin?: number) {
  const clock = new FakeClock();
  return { clock, pulse: new Pulse({ within, startWithin }, () => clock.now()) };
}

describe("a loop that has to beat within 30 s", () => {
  test("is up while it does, and down when it does not, with what was due", async () => {
    const { clock, pulse } = pulseWithin(30_000);
    for (let round = 0; round < 5; round++) {
      pulse.beat();
      await clock.advance(30_000);
      expect(pulse.outcome()).toEqual({
        status: "up",
        reason: undefined,
        observations: { state: { value: "working" }, sinceBeat: { value: 30_000, unit: "ms" } },
      });
    }
    await clock.advance(1500);
    expect(pulse.outcome()).toEqual({
      status: "down",
      reason: "No beat for 31.5 s; one was due within 30 s.",
      observations: { state: { value: "stopped" }, sinceBeat: { value: 31_500, unit: "ms" } },
    });
  });

  test("is up with the next beat", async () => {
    const { clock, pulse } = pulseWithin(30_000);
    pulse.beat();
    await clock.advance(60_000);
    expect(pulse.outcome().status).toBe("down");
    pulse.beat();
    expect(pulse.outcome().status).toBe("up");
  });

  test("is up for as long as it has not begun, and says so", async () => {
    const { clock, pulse } = pulseWithin(30_000);
    await clock.advance(1e9);
    expect(pulse.outcome()).toMatchObject({
      status: "up",
      observations: { state: { value: "not started" } },
    });
  });

  test("is up for as long as it is idle, and late again only after its next beat", async () => {
    const { clock, pulse } = pulseWithin(30_000);
    pulse.beat();
    pulse.idle();
    await clock.advance(1e9);
    expect(pulse.outcome()).toMatchObject({
      status: "up",
      observations: { state: { value: "idle" } },
    });
    pulse.beat();
    await clock.advance(30_001);
    expect(pulse.outcome().status).toBe("down");
  });

  test("and to begin within 5 s, is down when it does not", async () => {
    const { clock, pulse } = pulseWithin(30_000, 5000);
    await clock.advance(5000);
    expect(pulse.outcome().status).toBe("up");
    await clock.advance(100);
    expect(pulse.outcome()).toMatchObject({
      status: "down",
      reason: "The loop has not begun in 5.1 s; its first beat was due within 5 s.",
    });
    pulse.beat();
    await clock.advance(30_000);
    expect(pulse.outcome().status).toBe("up");
  });
});

test("progress is itself a check, and is frozen; beat and idle work by themselves", async () => {
  const worker = progress({ within: 1000 });
  expect([isCheck(worker), Object.isFrozen(worker)]).toEqual([true, true]);
  const { beat, idle } = worker;
  beat();
  expect(await runCheck(worker)).toMatchObject({
    status: "up",
    observations: { state: { value: "working" }, sinceBeat: { unit: "ms" } },
  });
  idle();
  expect(await runCheck(worker)).toMatchObject({ observations: { state: { value: "idle" } } });
});

test("a loop that stands still fails liveness and readiness, and another one does not touch it", async () => {
  const orders = progress({ within: 1000 });
  const mails = progress({ within: 600_000 });
  const service = await startService({ checks: { orders, mails } });
  await service.becomes("/health/live", 200);
  orders.beat();
  mails.beat();
  await service.becomes("/health/live", 503);
  expect((await service.probe("/health/ready")).status).toBe(503);
  expect(await service.probe("/health/deep")).toMatchObject({
    status: 503,
    body: '{"status":"unhealthy","checks":{"orders":"failed","mails":"ok"}}',
  });
  expect(await service.reasonOf("orders")).toMatch(
    /^No beat for [\d.]+ s; one was due within 1 s\.$/,
  );
  orders.idle();
  expect((await service.probe("/health/live")).status).toBe(200);
});

noFaults("progress", "this process", "asks this process itself: there is no server to fail");
