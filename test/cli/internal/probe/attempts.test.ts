import { expect, test } from "vitest";
import { attemptAll, type Schedule } from "../../../../src/cli/internal/probe/attempts.ts";
import type { Plan } from "../../../../src/cli/internal/probe/plan.ts";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { closedPort } from "../../../_support/tcp.ts";
import { startHttp } from "../../_endpoints.ts";

const LONG = 30_000;

/** A plan of default requests. */
function planFor(...urls: readonly string[]): Plan {
  return {
    targets: urls.map(parseTarget),
    timeout: LONG,
    method: "GET",
    headers: {},
    tls: { verify: true },
    expected: { status: [[200, 299]], headers: [], texts: [], patterns: [], json: [] },
    prober: undefined,
    invert: false,
  };
}

/** A schedule whose clock the test writes: what is left at each look at it, the last value for ever. */
function schedule(left: readonly number[], interval = 0): Schedule {
  let looks = 0;
  const timeLeft = () => left[Math.min(looks++, left.length - 1)] ?? 0;
  return { interval, attempts: Infinity, timeLeft };
}

const refused = async () => `tcp://127.0.0.1:${await closedPort()}`;

test("attempts go on while time is left: it is looked at before each, after it, and around the pause", async () => {
  const lookedAt = [LONG, LONG, 1, LONG, LONG, LONG, 1, LONG, LONG, 0];
  const [result] = await attemptAll(planFor(await refused()), schedule(lookedAt), false);
  expect(result).toMatchObject({
    attempts: 3,
    verdict: { healthy: false, code: "ECONNREFUSED" },
  });
});

test("a pause is no longer than the time that is left", async () => {
  const hour = 3_600_000;
  const [result] = await attemptAll(
    planFor(await refused()),
    schedule([LONG, 1, 1, 0], hour),
    false,
  );
  expect(result).toMatchObject({ attempts: 1, verdict: { code: "ECONNREFUSED" } });
});

test("an attempt is given what is left, and when it times out for that the reason before it stays", async () => {
  const { port } = await startHttp();
  const hang = `http://127.0.0.1:${port}/hang`;
  const [first] = await attemptAll(planFor(hang), schedule([5, 0]), false);
  expect(first?.verdict).toMatchObject({ healthy: false, code: "HALE_TIMEOUT" });
  expect(first?.verdict.reason).toMatch(/^timed out after 5ms, /);

  const plan = { ...planFor(hang), timeout: 7 };
  const [last] = await attemptAll(plan, schedule([LONG, LONG, 1, LONG, 3, 0]), false);
  expect(last).toMatchObject({ attempts: 1 });
  expect(last?.verdict.reason).toMatch(/^timed out after 7ms, /);
});

test("with any, the first healthy target cancels the others, which are left out", async () => {
  const { port } = await startHttp();
  const plan = planFor(`http://127.0.0.1:${port}/hang`, `http://127.0.0.1:${port}/ok`);
  const results = await attemptAll(plan, schedule([LONG]), true);
  expect(results.map(({ target }) => target.shown)).toEqual([`http://127.0.0.1:${port}/ok`]);
});

test("a cancelled target is not healthy by --invert", async () => {
  const { port } = await startHttp();
  const urls = [`http://127.0.0.1:${port}/hang`, `http://127.0.0.1:${port}/failed`];
  const plan = { ...planFor(...urls), invert: true };
  const results = await attemptAll(plan, schedule([LONG]), true);
  expect(results.map(({ target }) => target.shown)).toEqual([urls[1]]);
});
