import { expect, test, vi } from "vitest";
import { composeShutdown } from "../../src/shutdown/graceful-shutdown.ts";
import { serve } from "../_support/compose.ts";
import { FakeProcess } from "../_support/fake-process.ts";

// Files that are gone, as they are when a release is replaced under a process that runs.
const gone = vi.hoisted(() => () => {
  throw new Error("no such file");
});
vi.mock("../../src/http/answer-in-full.ts", gone);
vi.mock("../../src/formats/index.ts", gone);
vi.mock("../../src/beside.ts", gone);

const TOKEN = "0123456789abcdef";
const ANSWER = '{"status":"healthy","checks":{"database":"ok"}}';

const up = { database: async () => ({ rows: [] }) };

test("without what is loaded on demand, every probe is answered, in the default format", async () => {
  const { seen } = await serve({ checks: up });
  expect(await seen("/livez?verbose")).toBe('200 {"status":"ok"}');
  expect(await seen("/readyz", { accept: "text/plain" })).toBe('200 {"status":"ok"}');
  expect(await seen("/readyz/database?format=html")).toBe('200 {"status":"ok"}');
  expect(await seen("/health/deep?format=prometheus")).toBe(`200 ${ANSWER}`);
  expect(await seen("/health/deep?verbose&exclude=database")).toBe(
    '200 {"status":"healthy","checks":{}}',
  );
});

test("without it nobody sees more: a token shows what everybody sees", async () => {
  const authorization = `Bearer ${TOKEN}`;
  const checks = await serve({ checks: up, http: { tokens: [TOKEN] } });
  expect(await checks.seen("/health/deep", { authorization })).toBe(`200 ${ANSWER}`);
  const status = await serve({ checks: up, http: { tokens: [TOKEN], expose: "status" } });
  expect(await status.seen("/health/deep", { authorization })).toBe('200 {"status":"healthy"}');
  expect(await status.seen("/readyz/database", { authorization })).toBe("404 ");
  const details = await serve({ checks: up, http: { expose: "details" } });
  expect(await details.seen("/health/deep")).toBe(`200 ${ANSWER}`);
});

test("without it what cannot be answered is told by its status alone", async () => {
  const { health, seen } = await serve({ checks: up });
  expect(await seen("/readyz/no-such")).toBe("404 ");
  const answer = await health.handle({ method: "POST", url: "/livez", header: () => undefined });
  expect(answer).toMatchObject({ status: 405, body: "", headers: { Allow: "GET, HEAD, OPTIONS" } });
});

test.each([
  [{ rows: [] }, "ok"],
  [{ status: "up" }, "ok"],
  [{ status: "degraded", reason: "slow" }, "degraded"],
  [{ status: "down", reason: "broken" }, "failed"],
  [{ ok: true, status: 200 }, "ok"],
  [{ ok: false, status: 503 }, "failed"],
  [false, "failed"],
])("without it what a check returned is read by its status: %j", async (returned, word) => {
  const { get } = await serve({ checks: { database: async () => returned } });
  const { body } = await get("/health/deep");
  expect(JSON.parse(body).checks).toEqual({ database: word });
});

test("without it a drain ends all the same, with its hooks, and a health is closed", async () => {
  const { health, lines } = await serve({ checks: up });
  const fake = new FakeProcess();
  const ran: string[] = [];
  const { begin } = composeShutdown(
    { health, onClose: { database: () => void ran.push("database") } },
    fake.environment,
  );
  const { code, failedHooks } = await begin();
  expect([code, failedHooks, ran, fake.exits, fake.held]).toEqual([0, [], ["database"], [0], 0]);
  expect(lines.at(-1)).toEqual(["info", "hale: the shutdown has ended after 0 s with 0"]);
  await health.close();
});

test("without it a report can be had of one check, and whoever waits until it is ready is told", async () => {
  const { health } = await serve({ checks: { ...up, cache: async () => false } });
  const { status, checks } = await health.report("readiness", { check: "database" });
  expect([status, checks.map(({ name }) => name)]).toEqual(["up", ["database"]]);
  await expect(health.whenReady()).rejects.toBeInstanceOf(Error);
});
