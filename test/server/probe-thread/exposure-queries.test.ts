import { expect, test } from "vitest";
import type { HealthRequest } from "../../../src/contract/http.ts";
import { ExposureQueries } from "../../../src/server/probe-thread/exposure-queries.ts";
import { FakeClock } from "../../_support/fake-clock.ts";

const REQUEST: HealthRequest = {
  method: "GET",
  url: "/readyz",
  remoteAddress: "127.0.0.1",
  headers: { "x-team": "ours" },
  header: () => undefined,
};

function setUp() {
  const clock = new FakeClock();
  const sent: unknown[][] = [];
  const state = { stalled: 0 };
  const desk = new ExposureQueries({
    clock,
    deadline: 800,
    stalledFor: () => state.stalled,
    send: (...values) => sent.push(values),
  });
  return { clock, sent, state, desk };
}

test("a request is sent with all that a rule may look at, and sees what the main thread says", async () => {
  const { clock, sent, desk } = setUp();
  const one = desk.ask(REQUEST, "readiness");
  const other = desk.ask(REQUEST, "deep");
  const { method, url, remoteAddress, headers } = REQUEST;
  expect(sent).toEqual([
    [1, { method, url, remoteAddress, headers }, "readiness"],
    [2, { method, url, remoteAddress, headers }, "deep"],
  ]);
  desk.answered(2, "details");
  desk.answered(1, "status");
  expect([await one, await other]).toEqual(["status", "details"]);
  expect(clock.pending).toBe(0);
});

test("the verdict alone is shown when the rule does not say by the deadline, and later it is too late", async () => {
  const { clock, desk } = setUp();
  const asked = desk.ask(REQUEST, "readiness");
  await clock.advance(800);
  expect(await asked).toBe("status");
  desk.answered(1, "details");
  expect(await asked).toBe("status");
});

test("a main thread that stands still is not asked: the default holds at once", async () => {
  const { sent, state, desk } = setUp();
  state.stalled = 200;
  expect(await desk.ask(REQUEST, "readiness")).toBe("checks");
  expect(sent).toEqual([]);
});

test("those who wait when the main thread begins to stand still get the default at once", async () => {
  const { clock, state, desk } = setUp();
  const asked = [desk.ask(REQUEST, "readiness"), desk.ask(REQUEST, "deep")];
  state.stalled = 199;
  desk.look();
  expect(clock.pending).toBe(2);
  state.stalled = 200;
  desk.look();
  expect(await Promise.all(asked)).toEqual(["checks", "checks"]);
  expect(clock.pending).toBe(0);
  desk.answered(1, "details");
  expect(await asked[0]).toBe("checks");
});

test("requests do not pile up: more than 256 are not sent", async () => {
  const { sent, desk } = setUp();
  for (let index = 0; index < 256; index++) void desk.ask(REQUEST, "readiness");
  expect(await desk.ask(REQUEST, "readiness")).toBe("status");
  expect(sent.length).toBe(256);
  desk.answered(1, "status");
  void desk.ask(REQUEST, "readiness");
  expect(sent.length).toBe(257);
});
