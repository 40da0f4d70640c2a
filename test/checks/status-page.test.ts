import { createServer } from "node:http";
import { expect, onTestFinished, test, vi } from "vitest";
import { type StatusPageOptions, statusPage } from "../../src/checks/status-page.ts";
import type { Check } from "../../src/contract/check.ts";
import { serve as serveHealth } from "../_support/compose.ts";
import { runCheck } from "../_support/run-check.ts";
import { serve } from "../_support/serve.ts";
import { closedPort, startTcp } from "../_support/tcp.ts";
import { haleErrorOf } from "../_support/thrown.ts";
import { checkContract } from "../contracts/check-contract.ts";
import { faultContract } from "../contracts/fault-contract.ts";
import { upstream } from "../servers/upstream.ts";

/** A vendor's page that says this, and ends with the test. */
async function startPage(body: unknown, code = 200): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url !== "/api/v2/status.json") response.writeHead(404).end();
    else response.writeHead(code).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return base;
}

/** A body as Statuspage writes it. */
const saying = (indicator: string, description: string) => ({
  page: { id: "kctbh9vrtdwd", name: "Vendor", url: "https://vendor.test" },
  status: { indicator, description },
});

checkContract("statusPage", {
  up: async () => statusPage({ url: await startPage(saying("none", "All Systems Operational")) }),
  down: async () => statusPage({ url: `http://127.0.0.1:${await closedPort()}` }),
  hanging: async () =>
    statusPage({ url: `http://127.0.0.1:${await startTcp((socket) => socket.resume())}` }),
});

test.each([
  ["none", "up"],
  ["maintenance", "degraded"],
  ["minor", "degraded"],
  ["major", "down"],
  ["critical", "down"],
])("the indicator %s is %s", async (indicator, status) => {
  const url = await startPage(saying(indicator, "Some Words"));
  const outcome = await runCheck(statusPage({ url }), 10_000);
  expect(outcome.reason).toBe(status === "up" ? undefined : "The vendor says: Some Words.");
  expect(outcome).toMatchObject({
    status,
    observations: {
      indicator: { value: indicator },
      responseTime: { value: expect.any(Number), unit: "ms" },
    },
  });
});

test("an indicator without words is told itself", async () => {
  const url = await startPage(saying("major", ""));
  expect((await runCheck(statusPage({ url }), 10_000)).reason).toBe("The vendor says: major.");
});

test("a page below a path is asked at its root", async () => {
  const url = `${await startPage(saying("none", ""))}/history`;
  expect(await runCheck(statusPage({ url }), 10_000)).toMatchObject({ status: "up" });
});

test.each([
  [
    saying("purple", ""),
    200,
    'Expected one of none, maintenance, minor, major, critical, got "purple".',
  ],
  ["<html>", 200, 'Expected a status page in the format of Atlassian, got "<html>".'],
  [{ status: {} }, 200, 'Expected a status page in the format of Atlassian, got "{'],
  [{}, 429, "Expected status 200, got 429."],
])("%j with %i is down", async (body, code, reason) => {
  const url = await startPage(body, code);
  expect(await runCheck(statusPage({ url }), 10_000)).toMatchObject({
    status: "down",
    reason: expect.stringContaining(reason),
  });
});

test("it is asked every five minutes, however many probes come, and never fails readiness", async () => {
  let asked = 0;
  const client: StatusPageOptions["client"] = async () => {
    asked++;
    throw new Error("The page is not there.");
  };
  const vendor = statusPage({ url: "https://vendor.test", client });
  const { clock, seen } = await serveHealth({ checks: { vendor }, defaults: { critical: true } });
  for (let probe = 0; probe < 10; probe++) {
    expect(await seen("/health/ready")).toBe('200 {"status":"ok"}');
  }
  await clock.advance(100);
  expect(await seen("/health/deep")).toBe('200 {"status":"degraded","checks":{"vendor":"failed"}}');
  expect(asked).toBe(1);
  await clock.advance(200_000);
  expect(asked).toBe(1);
  await clock.advance(150_000);
  expect(asked).toBe(2);
});

test.each<object>([
  {},
  { url: "vendor.test" },
  { url: "https://vendor.test", critical: true },
  { url: "https://vendor.test", interval: 1000 },
])("%j is refused at once", (options) => {
  expect(haleErrorOf(() => statusPage(options as never)).code).toBe("HALE_BAD_OPTION");
});

test("critical: true is refused with the reason, also by the type", () => {
  // @ts-expect-error: it is never critical.
  const { message } = haleErrorOf(() => statusPage({ url: "https://vendor.test", critical: true }));
  expect(message).toContain("what a vendor writes must not make this service unready");
});

test.each(["restartAfter", "shared"])("%s makes no sense for it", (option) => {
  const options = { url: "https://vendor.test", [option]: 1 };
  expect(haleErrorOf(() => statusPage(options)).code).toBe("HALE_UNKNOWN_OPTION");
});

/** The same check, asked at each probe, so that nobody waits for minutes. */
function atEachProbe(check: Check): Check {
  return { ...check, options: { critical: false } };
}

faultContract("status-page", "the runtime's fetch", {
  start: () => upstream.start(),
  open: (url) => atEachProbe(statusPage({ url })),
  wrongCredentials: { none: "a status page is public" },
});

test("on workerd a probe asks, and the answer is reused for as long as the interval says", async () => {
  vi.resetModules();
  vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });
  const { statusPage } = await import("../../src/checks/status-page.ts");
  const { createHealth } = await import("../../src/health.ts");
  const asked: string[] = [];
  const client = async (url: string | URL | Request) => {
    asked.push(String(url));
    return Response.json(saying("minor", "Slow"));
  };
  const url = "https://vendor.test";
  expect(statusPage({ url, client }).options).toMatchObject({ maxAge: 300_000 });
  const vendor = statusPage({ url, client, interval: 60_000 });
  expect(vendor.options).not.toHaveProperty("interval");
  expect(vendor.options.maxAge).toBe(60_000);
  const health = createHealth({ logger: false, checks: { vendor } });
  onTestFinished(() => health.close());
  for (let turn = 0; turn < 2; turn++) {
    expect((await health.report("deep")).checks).toMatchObject([{ status: "degraded" }]);
  }
  expect(asked).toEqual(["https://vendor.test/api/v2/status.json"]);
});
