// Not the global, which a test runner may replace by fake timers.
import { setImmediate } from "node:timers";
import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { badOption } from "../contract/misuse.ts";
import { hasMethods, kindOf, type Rule, requireOption } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import { internalsOf } from "../health-internals.ts";
import { hangingClockOf } from "./fake-health.ts";
import { type CheckExpectation, expectationOf } from "./internal/check-expectation.ts";
import { type DescribedCheck, describeCheck, describeReport } from "./internal/describe-report.ts";
import { type HttpReply, readReply } from "./internal/http-reply.ts";
import { unknownCheck } from "./internal/unknown-check.ts";
import { unlessClockStands } from "./internal/unless-clock-stands.ts";

export type {
  AsymmetricMatcher,
  CheckExpectation,
  ExpectedCheck,
} from "./internal/check-expectation.ts";

/** The result of a matcher, as `expect.extend` of Vitest, Jest, Bun and Playwright takes it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The assertions that `healthMatchers` adds to `expect`. Each is awaited. */
export interface HealthMatchers {
  /** Asserts that the readiness of a health is 200. */
  toBeReady(): Promise<void>;
  /** Asserts that the liveness of a health is 200. */
  toBeLive(): Promise<void>;
  /** Asserts that the startup of a health is 200. */
  toBeStarted(): Promise<void>;
  /**
   * Asserts that every check of a health is up, or that a response of a health endpoint is 200 with the word `ok`
   * or `healthy`. A response may come from `fetch`, supertest, `inject`, Playwright or axios.
   */
  toBeHealthy(): Promise<void>;
  /**
   * Asserts that a health, or a response of `/health/deep`, has a check or group of this name, in this state. A
   * response does not distinguish `down` from `unknown`, and has no reasons. A name that does not exist is an error,
   * also with `not`.
   */
  toHaveCheck(name: string, expected?: CheckExpectation): Promise<void>;
}

type Matchers = {
  readonly [M in keyof HealthMatchers]: (
    received: unknown,
    ...expected: Parameters<HealthMatchers[M]>
  ) => Promise<MatcherResult>;
};

/**
 * The matchers of health for `expect.extend`. `hale/testing/vitest` and `hale/testing/jest` export the same ones,
 * with their types.
 *
 * @example
 * ```ts
 * import { fakeHealth, healthMatchers } from "hale/testing";
 *
 * const { pass } = await healthMatchers.toBeReady(fakeHealth({ database: "down" }));
 * if (pass) throw new Error("A service without its database is not ready.");
 * ```
 */
export const healthMatchers: Matchers = {
  toBeReady: (received) => toPass("toBeReady()", received, "readiness"),
  toBeLive: (received) => toPass("toBeLive()", received, "liveness"),
  toBeStarted: (received) => toPass("toBeStarted()", received, "startup"),
  async toBeHealthy(received) {
    const owner = "toBeHealthy()";
    if (isHealth(received)) {
      const report = await reportOf(owner, received, "deep");
      return result(report.status === "up", "every check", "up", describeReport(report));
    }
    const reply = await readReply(owner, received);
    const isGood = reply.status === 200 && ["ok", "healthy"].includes(reply.word);
    return result(isGood, "a response", '200 with "ok" or "healthy"', describeReply(reply));
  },
  async toHaveCheck(received, name, expected) {
    requireOption("toHaveCheck()", "name", name, NAME);
    const expectation = expectationOf(expected);
    const wanted = [`the check ${name}`, expectation.description] as const;
    if (isHealth(received)) {
      const { check, members } = await checkOf(received, name);
      return result(
        expectation.fits(check),
        ...wanted,
        [check, ...members].map(describeCheck).join("\n  "),
      );
    }
    const reply = await readReply("toHaveCheck()", received);
    expectation.requireWordAlone();
    return result(expectation.fitsWord(wordOf(reply, name)), ...wanted, describeReply(reply));
  },
};

const NAME: Rule = {
  expected: "the name of a check or group",
  accepts: (value) => typeof value === "string",
};

const HEALTH: Rule = {
  expected: "a health, such as createHealth() or fakeHealth() returns",
  accepts: isHealth,
  hint: (value) =>
    hasMethods(value, ["then"])
      ? "Await it first."
      : `For the response of an endpoint, use toBeHealthy(). This is ${kindOf(value)}.`,
};

/** Returns the word of a check in a response; refuses a response that does not name it. */
function wordOf({ status, checks }: HttpReply, name: string): string {
  if (checks === undefined) {
    const expected = "a response of /health/deep, which alone names the checks";
    const actual = `one with status ${status} that names none`;
    const hint = 'Request /health/deep, with a token where expose is "status".';
    throw badOption("toHaveCheck()", "received", expected, actual, hint);
  }
  const word = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (word === undefined) throw unknownCheck("toHaveCheck()", name, Object.keys(checks));
  return word;
}

function isHealth(value: unknown): value is Health {
  return hasMethods(value, ["handle", "report"]);
}

async function toPass(owner: string, received: unknown, probe: Probe): Promise<MatcherResult> {
  requireOption(owner, "received", received, HEALTH);
  const report = await reportOf(owner, received as Health, probe);
  return result(report.status !== "down", probe, "200", describeReport(report));
}

/** Reports a probe, or one check of it, after the turn in which the health may have been made. */
async function reportOf(
  owner: string,
  health: Health,
  probe: Probe,
  check?: string,
): Promise<Report> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
  return unlessClockStands(owner, health.report(probe, { check }), hangingClockOf(health));
}

/** A check or a group, with the members of a group. */
interface FoundCheck {
  readonly check: DescribedCheck;
  readonly members: readonly DescribedCheck[];
}

/**
 * Reports one check or group, from the first probe in which it takes part.
 *
 * @throws `HALE_UNKNOWN_CHECK`
 */
async function checkOf(health: Health, name: string): Promise<FoundCheck> {
  const owner = "toHaveCheck()";
  for (const probe of ["deep", ...PROBES] as const) {
    const report = await reportOf(owner, health, probe, name).catch(unlessUnknown);
    if (report === undefined) continue;
    const check = report.checks.find((one) => one.name === name);
    if (check !== undefined) return { check, members: [] };
    // A group has the status of its report.
    return { check: { name, status: report.status }, members: report.checks };
  }
  const { reporter } = internalsOf(owner, health);
  throw unknownCheck(owner, name, [
    ...new Set(PROBES.flatMap((probe) => [...reporter.names(probe)])),
  ]);
}

function unlessUnknown(failure: unknown): undefined {
  if (!(failure instanceof HaleError) || failure.code !== "HALE_UNKNOWN_CHECK") throw failure;
}

function result(pass: boolean, what: string, state: string, actual: string): MatcherResult {
  return {
    pass,
    message: () => `Expected ${what} ${pass ? "not to be" : "to be"} ${state}.\n\n${actual}`,
  };
}

function describeReply({ status, word, checks = {} }: HttpReply): string {
  const lines = Object.entries(checks).map(([name, of]) => `${name} is "${of}"`);
  return [`The response is ${status} "${word}"`, ...lines].join("\n  ");
}
