import { expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { outcomeOf } from "../../src/engine/outcome.ts";
import { runCheck } from "../_support/run-check.ts";

const explain = (failure: unknown) => `explained ${String(failure)}`;

test.each([undefined, null, true, 0, "PONG"])("returning %j is up", async (returned) => {
  const outcome = await runCheck(defineCheck({ scope: "process", run: () => returned }));
  expect(outcome).toEqual({ status: "up", writtenOff: false });
});

test.each([[{ status: 200 }], [{ status: "green" }], [{ rows: [] }]])(
  "returning %j is up",
  (returned) => {
    expect(outcomeOf(returned, explain)).toEqual({ status: "up" });
  },
);

test.each([
  [new Response(null, { status: 503 }), "The answer was 503."],
  [{ ok: false }, "The check returned ok: false."],
])("returning something that is not ok is down", (returned, reason) => {
  expect(outcomeOf(returned, explain)).toEqual({ status: "down", reason });
});

test("returning a response that is ok is up", () => {
  expect(outcomeOf(new Response("fine"), explain)).toEqual({ status: "up" });
});

test("returning false is down", () => {
  expect(outcomeOf(false, explain)).toEqual({
    status: "down",
    reason: "The check returned false.",
  });
});

test.each(["up", "degraded", "down"])("an outcome that says %s is taken as it is", (status) => {
  expect(outcomeOf({ status, reason: "why" }, explain)).toEqual({
    status,
    reason: "explained why",
    observations: undefined,
  });
});

test("observations are kept when every format can write them", () => {
  const observations = {
    lag: { value: 12, unit: "ms" },
    leader: { value: true },
    role: { value: "replica" },
    odd: { value: Number.NaN },
    nothing: {},
    absent: undefined,
    nested: { value: { a: 1 } },
    big: { value: 10n },
    unitless: { value: 1, unit: 5 },
  };
  expect(outcomeOf({ status: "up", observations }, explain).observations).toEqual({
    lag: { value: 12, unit: "ms" },
    leader: { value: true },
    role: { value: "explained replica" },
    unitless: { value: 1 },
  });
});

test("a value that cannot be read is down", () => {
  const hostile = {
    get status(): string {
      throw new Error("no");
    },
  };
  expect(outcomeOf(hostile, explain)).toEqual({
    status: "down",
    reason: "explained Error: no",
  });
});
