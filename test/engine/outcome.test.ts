import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { defineCheck } from "../../src/contract/check.ts";
import { group } from "../../src/contract/group.ts";
import { outcomeOf } from "../../src/engine/outcome.ts";
import { describeFailure } from "../../src/report/describe-failure.ts";
import { runCheck } from "../_support/run-check.ts";

const explain = (failure: unknown) => ({ reason: `explained ${String(failure)}` });

test.each([undefined, null, true, 0, "PONG"])("returning %j is up", async (returned) => {
  const outcome = await runCheck(defineCheck({ scope: "process", run: () => returned }));
  expect(outcome).toEqual({ status: "up", writtenOff: false });
});

const WORDS = {
  up: ["up", "ok", "healthy", "pass", "passing", "green", "serving"],
  degraded: ["degraded", "warn", "warning", "yellow"],
  down: ["down", "fail", "failed", "error", "unhealthy", "red", "critical", "not_serving"],
} as const;

const CASES = Object.entries(WORDS).flatMap(([status, words]) =>
  words.flatMap((word) => [word, word.toUpperCase()].map((text) => [text, status] as const)),
);

test.each(CASES)("the text %j is %s, returned or in status", (text, status) => {
  expect(outcomeOf(text, explain).status).toBe(status);
  expect(outcomeOf({ status: text }, explain).status).toBe(status);
  expect(outcomeOf(text, explain).reason).toBe(
    status === "up" ? undefined : `The check returned ${text}.`,
  );
  expect(outcomeOf({ status: text, message: "no disk" }, explain)).toEqual(
    status === "up"
      ? { status }
      : {
          status,
          reason: "explained no disk",
          code: status === "down" ? "HALE_RETURNED_DOWN" : undefined,
          observations: undefined,
        },
  );
});

test.each([
  ["down\n", "down"],
  [" fail", "down"],
  ["warn\r\n", "degraded"],
  ["up\n", "up"],
])("the text %j is %s: white space around it says nothing", (text, status) => {
  const word = text.trim();
  const [returned, said] = [text, { status: text }].map((value) => outcomeOf(value, explain));
  expect(returned).toMatchObject({ status });
  expect(said).toMatchObject({ status });
  if (status === "up") return;
  expect(returned?.reason).toBe(`The check returned ${word}.`);
  expect(said?.reason).toBe(`The status is ${word}.`);
});

test("an unknown text in status is down and is named; one that is returned is up", () => {
  expect(outcomeOf({ status: "PONG" }, explain)).toMatchObject({
    status: "down",
    reason: 'explained The check returned the unknown status "PONG".',
    code: "HALE_UNKNOWN_STATUS",
  });
  expect(outcomeOf("PONG", explain)).toEqual({ status: "up" });
});

test.each([
  [{ status: 200 }],
  [{ status: 399 }],
  [{ status: 99 }],
  [{ status: 600 }],
  [{ status: 200.5 }],
  [{ status: 503, ok: true }],
  [{ status: "red", healthy: true }],
  [{ status: "green" }],
  [{ error: null, data: [] }],
  [{ error: false }],
  [{ ok: "no" }],
  [{ rows: [] }],
  [[]],
  [new Response("fine")],
])("returning %j is up", (returned) => {
  expect(outcomeOf(returned, explain)).toEqual({ status: "up" });
});

test.each<[unknown, string, string?]>([
  [false, "The check returned false."],
  [new Response(null, { status: 503 }), "The answer was 503."],
  [{ status: 404 }, "The answer was 404."],
  [{ status: 599 }, "The answer was 599."],
  [{ ok: false }, "The check returned ok: false."],
  [{ healthy: false }, "The check returned healthy: false."],
  [{ ok: false, status: "up" }, "The check returned ok: false."],
  [{ ok: false, status: 99 }, "The check returned ok: false."],
  [{ ok: false, status: 100 }, "The answer was 100."],
  [{ healthy: false, message: "no disk" }, "explained no disk"],
  [{ data: null, error: "no table" }, "explained no table"],
  [{ data: null, error: true }, "explained true"],
  [{ status: "DOWN", reason: "why", message: "other" }, "explained why"],
  [{ ok: false, code: "28P01" }, "The check returned ok: false."],
  [() => true, "The check returned a function, which is not run."],
  [Object.assign(() => true, { ok: true }), "The check returned a function, which is not run."],
  [
    defineCheck({ scope: "process", run: () => true }),
    "The check returned a check, which is not run.",
  ],
  [group({ a: () => true }), "The check returned a group, which is not run."],
  [new Error("refused"), "explained Error: refused"],
  [runInNewContext('new TypeError("refused")'), "explained TypeError: refused"],
])("returning %j is down: %s", (returned, reason) => {
  expect(outcomeOf(returned, explain)).toMatchObject({ status: "down", reason });
});

test.each<[unknown, string]>([
  [{ status: 399 }, "up"],
  [{ status: 400 }, "down"],
  [{ status: 599 }, "down"],
  [{ status: 600 }, "up"],
  [{ status: 450.5 }, "up"],
])("a number in status is read as one of HTTP where it is one: %j is %s", (returned, status) => {
  expect(outcomeOf(returned, explain).status).toBe(status);
});

test("a reason that is null, false or empty gives way to the message, and to none", () => {
  for (const reason of [null, false, ""]) {
    expect(outcomeOf({ ok: false, reason, message: "why" }, explain).reason).toBe("explained why");
    expect(outcomeOf({ ok: false, reason, message: reason }, explain)).toMatchObject({
      reason: "The check returned ok: false.",
    });
  }
});

test("of what Promise.allSettled() resolves to, the first entry that was rejected is the reason", async () => {
  const settled = await Promise.allSettled([
    1,
    Promise.reject("the queue"),
    Promise.reject("late"),
  ]);
  expect(outcomeOf(settled, explain)).toEqual({ status: "down", reason: "explained the queue" });
});

test.each<[string, readonly unknown[]]>([
  ["no entry was rejected", [{ status: "fulfilled", value: 1 }]],
  ["an entry is no object", [undefined, null, 1]],
  ["an entry has the status alone, or a reason alone", [{ status: "rejected" }, { reason: "no" }]],
])("a list is up where %s", (_, returned) => {
  expect(outcomeOf(returned, explain)).toEqual({ status: "up" });
});

test("a client that was returned in place of its check is down, with how to write it", () => {
  const client = { query() {} };
  const advice = (value: object) => (value === client ? "Pass it as it is." : undefined);
  expect(outcomeOf(client, explain, advice)).toMatchObject({
    status: "down",
    reason: "The check returned a client, which is not run. Pass it as it is.",
  });
  expect(outcomeOf({ ok: true, query() {} }, explain, () => "Never.")).toEqual({ status: "up" });
});

test.each([
  [99, "up"],
  [100, "up"],
  [199, "up"],
  [500, "down"],
  [599, "down"],
  [600, "up"],
])("a status of %i is %s", (status, expected) => {
  expect(outcomeOf({ status }, explain).status).toBe(expected);
});

test("an unknown status is shown up to 40 characters", () => {
  const { reason } = outcomeOf({ status: "x".repeat(41) }, describeFailure);
  expect(reason).toBe(`The check returned the unknown status "${"x".repeat(40)}".`);
});

test("an observation that is an empty text is kept, and an empty unit is none", () => {
  const observations = { note: { value: "", unit: "" }, absent: { unit: "ms" } };
  expect(outcomeOf({ ok: true, observations }, explain).observations).toEqual({
    note: { value: "" },
  });
});

test("the code of a result is its own, else that of its error, else hale's", () => {
  const codeOf = (returned: unknown) => outcomeOf(returned, describeFailure).code;
  expect(codeOf({ ok: false, code: "28P01" })).toBe("28P01");
  expect(codeOf({ error: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) })).toBe(
    "ECONNREFUSED",
  );
  expect(codeOf({ status: "down", reason: "why" })).toBe("HALE_RETURNED_DOWN");
  expect(codeOf({ status: "up", code: "28P01" })).toBeUndefined();
  expect(codeOf({ ok: false, reason: "password=", code: "s3cretZ9x" })).toBe("HALE_RETURNED_DOWN");
});

test.each(["degraded", "down"])("an outcome that says %s is taken as it is", (status) => {
  expect(outcomeOf({ status, reason: "why" }, explain)).toEqual({
    status,
    reason: "explained why",
    code: status === "down" ? "HALE_RETURNED_DOWN" : undefined,
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
    lag: { value: 12, unit: "explained ms" },
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

test("a reason that is empty gives way to the next that says something", () => {
  const reasonOf = (returned: object) => outcomeOf(returned, explain).reason;
  expect(reasonOf({ status: "down", reason: "", message: "no disk" })).toBe("explained no disk");
  expect(reasonOf({ status: "down", reason: "", message: "", error: "" })).toBe(
    "The status is down.",
  );
});

test("an observation that cannot be read is left out, and the others are kept", () => {
  const throwing = () => {
    throw new Error("no reading");
  };
  const good = { value: 1 };
  const unreadable: readonly object[] = [
    Object.defineProperty({ good }, "bad", { get: throwing, enumerable: true }),
    { good, bad: Object.defineProperty({}, "value", { get: throwing }) },
    { bad: new Proxy({}, { get: throwing }), good },
  ];
  for (const observations of unreadable) {
    expect(outcomeOf({ ok: true, observations }, explain)).toEqual({
      status: "up",
      observations: { good },
    });
  }
  const locked = new Proxy({ good }, { ownKeys: throwing });
  expect(outcomeOf({ ok: true, observations: locked }, explain)).toEqual({
    status: "up",
    observations: {},
  });
});
