import fc from "fast-check";
import { expect, test } from "vitest";
import type { OutcomeStatus } from "../../src/contract/check.ts";
import { EXPOSURES } from "../../src/contract/format.ts";
import type { Report } from "../../src/contract/report.ts";
import { FORMATS } from "../../src/formats/index.ts";
import { serve } from "../_support/compose.ts";
import { bodyOf } from "../contracts/format-contract.ts";
import { parsePage } from "../contracts/parse-page.ts";

// The same values each time: a run that fails can be run again.
const SEED = 20_240_917;

/** Texts that try to break out of whatever they stand in. */
const TEXTS = fc.oneof(
  fc.constantFrom(
    "\r\nX-Injected: 1",
    "a\nhale_injected 1\n# EOF",
    '"} 1\n',
    "</td><script>alert(1)</script>",
    "\ud800",
    "\u{1F4A9}".repeat(200),
    "__proto__",
    "constructor",
    "a\nb",
    "a b",
    "\0\x1b[31m\u2028\u202e",
    "x".repeat(100_000),
    "",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom("\ud83d", "\udca9", "\r", "\n", '"', "\\", "<", "&", ":", "a"),
  }),
);

const NUMBERS = fc.oneof(
  fc.constantFrom(Number.NaN, -0, Infinity, -Infinity, 2 ** 53, 5e-324, 1e308),
  fc.double(),
);

const ANYTHING = fc.anything({
  maxDepth: 2,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
});

const throws = () => {
  throw new Error("a getter\r\nthat throws");
};

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclic(): object {
  const error: Error & { self?: unknown } = new Error("cyclic");
  error.cause = error;
  error.self = error;
  return error;
}

class OddError extends Error {
  override get message(): string {
    return throws();
  }
  override toString(): string {
    return throws();
  }
}

/** Values that cannot be looked at, or only with surprises; each is made anew. */
const ODD: readonly (() => unknown)[] = [
  () => Symbol("a\r\nb"),
  () => 10n,
  revoked,
  cyclic,
  () => new OddError(),
  () => Object.assign(new Error(), { message: { toString: throws } }),
  () => Object.assign(new Error("a"), { message: 1, cause: revoked(), code: Symbol("code") }),
  () => new AggregateError([revoked(), cyclic()], ""),
  () => Object.assign(new AggregateError([], ""), { errors: new Proxy([], { get: throws }) }),
  () => new Proxy({}, { get: (_, name) => (name === "then" ? undefined : throws()) }),
  () => new Proxy(() => {}, { get: throws, apply: throws }),
  () => ({ toString: throws, [Symbol.toPrimitive]: throws, toJSON: throws }),
  () => ({
    get status() {
      return throws();
    },
  }),
  () =>
    Object.freeze({ status: "up", reason: Object.freeze([1]), observations: Object.freeze({}) }),
  () => Object.create(null),
  () => ({ status: "up", observations: null }),
  () => ({ status: "up", observations: revoked() }),
  () => ({ status: "degraded", reason: revoked() }),
  () => ({ status: "down", reason: null, observations: { a: null, b: revoked } }),
  () => ({ status: { toString: () => "up" } }),
  () => ({ status: "up", observations: { "a\nb": { value: 1 }, "a b": { value: 2 } } }),
  () => ({ status: "up", observations: { "\ud800": { value: 1 }, "\ud801": { value: 2 } } }),
  () => new Response(null, { status: 503 }),
  () => new Response(null, { status: 204 }),
  () => ({ status: "green", cluster_name: "search" }),
  () => ({ status: "red", cluster_name: "search" }),
  () => ({ data: null, error: { message: "no such table" } }),
  () => ({ data: [], error: null }),
  () => ({ ok: true, status: "down" }),
  () => ({ healthy: false, status: 200 }),
  () => ({
    status: "up",
    get reason() {
      return throws();
    },
  }),
  () => null,
  () => undefined,
];

/** What a run may say of itself: words of every kind and case, words that nobody knows, and other values. */
const VERDICTS = fc.oneof(
  fc.constantFrom("up", "OK", "Healthy", "pass", "PASSING", "green", "SERVING"),
  fc.constantFrom("degraded", "WARN", "Warning", "yellow"),
  fc.constantFrom("down", "FAIL", "failed", "Error", "unhealthy", "RED", "critical", "NOT_SERVING"),
  fc.constantFrom("UNKNOWN", "", "down ", "starting", "constructor"),
  fc.constantFrom(99, 100, 200, 204, 302, 399, 400, 404, 503, 599, 600, 200.5, -200),
  fc.anything(),
);

const OUTCOMES = fc.record(
  {
    status: VERDICTS,
    ok: fc.oneof(fc.boolean(), fc.anything()),
    healthy: fc.oneof(fc.boolean(), fc.anything()),
    error: fc.oneof(TEXTS, ANYTHING),
    reason: fc.oneof(TEXTS, ANYTHING),
    message: fc.oneof(TEXTS, ANYTHING),
    code: fc.oneof(TEXTS, ANYTHING),
    observations: fc.oneof(
      fc.dictionary(
        TEXTS,
        fc.oneof(
          ANYTHING,
          fc.record(
            {
              value: fc.oneof(TEXTS, NUMBERS, fc.boolean(), ANYTHING),
              unit: fc.oneof(TEXTS, ANYTHING),
            },
            { requiredKeys: [] },
          ),
        ),
        { maxKeys: 6 },
      ),
      ANYTHING,
    ),
  },
  { requiredKeys: [] },
);

const FAILURES = fc
  .record({ message: fc.oneof(TEXTS, ANYTHING), code: ANYTHING, cause: ANYTHING })
  .map(({ message, ...rest }) => Object.assign(new Error(), { message }, rest));

const VALUES = fc.oneof(
  ANYTHING.map((value) => () => value),
  VERDICTS.map((value) => () => value),
  OUTCOMES.map((value) => () => value),
  FAILURES.map((value) => () => value),
  fc.constantFrom(...ODD),
);

/** The ways in which a run can come to its end, or not. */
const ENDINGS = {
  returns: (value: unknown) => value,
  resolves: async (value: unknown) => value,
  throws: (value: unknown) => {
    throw value;
  },
  rejects: (value: unknown) => Promise.reject(value),
  "settles twice": (value: unknown) => ({
    then: (resolve: (value: unknown) => void, reject: (failure: unknown) => void) => {
      reject(value);
      resolve(value);
      throw value;
    },
  }),
  "never settles": () => ({ then: () => {} }),
  "has a then that throws": () => ({
    get then() {
      return throws();
    },
  }),
} as const;

/** The words of each status, as the page of functions lists them. */
const UP = "up ok healthy pass passing green serving";
const DEGRADED = "degraded warn warning yellow";
const DOWN = "down fail failed error unhealthy red critical not_serving";

/** What a text says; `undefined` where nobody knows it. */
function saysOfText(text: string): OutcomeStatus | undefined {
  const among = (words: string) =>
    words.split(" ").some((word) => word === text.trim().toLowerCase());
  if (among(UP)) return "up";
  if (among(DEGRADED)) return "degraded";
  return among(DOWN) ? "down" : undefined;
}

/** What the properties of an object say, by the first rule that applies. */
function saysOfObject(read: (name: string) => unknown): OutcomeStatus {
  const [ok, healthy, status, error] = ["ok", "healthy", "status", "error"].map(read);
  if (typeof ok === "boolean") return ok ? "up" : "down";
  if (typeof healthy === "boolean") return healthy ? "up" : "down";
  if (typeof status === "string") return saysOfText(status) ?? "down";
  if (typeof status === "number" && status % 1 === 0 && status > 99 && status < 600) {
    return status < 400 ? "up" : "down";
  }
  return error ? "down" : "up";
}

/** What a value that a run returned says, by the rules of the page of functions. */
function saysOf(value: unknown): OutcomeStatus {
  if (value === false) return "down";
  if (typeof value === "string") return saysOfText(value) ?? "up";
  const kind = typeof value;
  if (value === null || (kind !== "object" && kind !== "function")) return "up";
  try {
    // A run is awaited, whatever it returns.
    void (value as PromiseLike<unknown>).then;
    const read = (name: string) => (value as Record<string, unknown>)[name];
    // A function is not run, and an error that is returned is one.
    if (kind === "function" || value instanceof Error) return "down";
    const said = saysOfObject(read);
    // What cannot be read says nothing good; of observations, those that cannot are left out.
    for (const name of ["reason", "message", "code", "observations"]) read(name);
    return said;
  } catch {
    return "down";
  }
}

const CONTROL = /[^\P{Cc}\n]|[\u2028\u2029]/u;
const SAMPLE =
  /^[a-z_]+\{(?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+\} (?:NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** What makes each kind of body well-formed. */
const WELL_FORMED: Readonly<Record<string, (body: string) => void>> = {
  html(body) {
    parsePage(body);
    expect(body).not.toMatch(CONTROL);
  },
  kubernetes(body) {
    expect(body).not.toMatch(CONTROL);
    const lines = body.trimEnd().split("\n");
    expect(lines.filter((line) => !/^(?:ok$|\[[+-]\][\w./-]+ |deep check )/.test(line))).toEqual(
      [],
    );
  },
  prometheus: figures,
  openmetrics(body) {
    expect(body.endsWith("# EOF\n")).toBe(true);
    figures(body.slice(0, -6));
  },
};

function figures(body: string): void {
  const samples = body.split("\n").filter((line) => line !== "" && !/^# [A-Z]+ hale_/.test(line));
  expect(samples.filter((line) => !SAMPLE.test(line))).toEqual([]);
  const names = samples.map((line) => Buffer.from(line.slice(0, line.lastIndexOf(" "))).toString());
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
}

async function isWellFormed(report: Report): Promise<void> {
  for (const format of FORMATS) {
    for (const exposure of EXPOSURES) {
      const body = await bodyOf(format, report, exposure);
      const check = WELL_FORMED[format.name] ?? ((text: string) => void JSON.parse(text));
      check(body);
      // A page is for people, and no caller reads only the first 10 KiB of it.
      if (exposure !== "details" && format.name !== "html") {
        expect(Buffer.byteLength(body)).toBeLessThan(10_240);
      }
    }
  }
  for (const { reason = "" } of report.checks) {
    expect(reason.length).toBeLessThanOrEqual(300);
    expect(reason).not.toMatch(/\n/);
    expect(reason).not.toMatch(CONTROL);
    expect(reason).not.toMatch(/\p{Cs}/u);
  }
  // What the probe thread is told must be what can be sent.
  expect(structuredClone(report)).toEqual(report);
}

/** Runs a check that ends in this way, and holds everything that is said of it against what it must be. */
async function judge(ending: keyof typeof ENDINGS, make: () => unknown): Promise<void> {
  const value = make();
  const fails = ending !== "returns" && ending !== "resolves";
  const expected = fails ? "down" : saysOf(value);
  const run = () => ENDINGS[ending](value);
  const { health, clock, lines } = await serve({ checks: { hostile: run, fine: async () => {} } });
  const answer = health.handle({ method: "GET", url: "/health/deep", header: () => undefined });
  await clock.advance(600);
  const { status, body } = (await answer) ?? {};
  const words = { up: "ok", degraded: "degraded", down: "failed" };
  expect(JSON.parse(body ?? "").checks).toEqual({ hostile: words[expected], fine: "ok" });
  expect(status).toBe(expected === "down" ? 503 : 200);
  const report = await health.report("deep");
  expect(report.status).toBe(expected);
  await isWellFormed(report);
  expect(lines.filter(([, line]) => /\n/.test(line) || CONTROL.test(line))).toEqual([]);
  await health.close();
}

test("whatever a run returns, throws or does not, the verdict is right and every body well-formed", async () => {
  const endings = fc.constantFrom(...(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]));
  const property = fc.asyncProperty(endings, VALUES, judge);
  await fc.assert(property, { seed: SEED, numRuns: 300 });
});

test("so it is for every value that cannot be looked at, in every way in which a run can end", async () => {
  for (const ending of Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]) {
    for (const make of ODD) await judge(ending, make);
  }
});
