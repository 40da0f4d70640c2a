import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { look } from "../../../../src/cli/internal/watch/look.ts";
import { probe } from "../../../../src/cli/probe.ts";
import { wait } from "../../../../src/cli/wait.ts";
import { serve } from "../../../_support/serve.ts";
import { run } from "./_run.ts";

const BODY = JSON.stringify({
  status: "DOWN",
  db: "postgres://shop:hunter2@db.internal:5432/shop",
  reason: "password=hunter2",
});

/** A service whose bodies and redirects hold credentials. */
async function startTelltale(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/moved")) {
      response.writeHead(302, { location: "http://other.test/?token=hunter2" }).end();
    } else if (request.url?.startsWith("/text")) response.writeHead(503).end("password=hunter2");
    else response.writeHead(request.url?.startsWith("/ok") ? 200 : 503).end(BODY);
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return base;
}

test.each([
  ["a URL", "/ok?a=1&token=hunter2", []],
  ["a URL, as JSON", "/ok?token=hunter2", ["--json"]],
  ["a body", "/", []],
  ["a body, as JSON", "/", ["--json"]],
  ["a body that is healthy", "/", ["--invert"]],
  ["a value of a body", "/ok", ["--expect-json", "/db=x"]],
  ["a redirect", "/moved", []],
  ["a redirect, to a prober", "/moved", ["--as", "alb"]],
] as const)("the results hold no credential of %s", async (_, path, flags) => {
  const base = await startTelltale();
  const words = ["--timeout", "30s", ...flags, `${base}${path}`];
  const { stdout, stderr } = await run(probe, words);
  expect(stdout).toContain("***");
  expect(`${stdout}${stderr}`).not.toContain("hunter2");
});

test("the result of hale wait holds no credential of its URL", async () => {
  const base = await startTelltale();
  const url = `${base}/ok?token=hunter2`;
  const { code, stdout } = await run(wait, ["--for", "30s", "--timeout", "30s", url]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("/ok?token=*** is healthy")]);
});

test.each(["/", "/text", "/moved"])("a reason of hale watch holds none of %s", async (path) => {
  const base = await startTelltale();
  const { signal } = new AbortController();
  const options = { timeout: 30_000, headers: {}, tls: { verify: true }, signal };
  const { status, reason } = await look(parseTarget(`${base}${path}`), options);
  expect(status).toBe("down");
  expect(reason).not.toContain("hunter2");
});
