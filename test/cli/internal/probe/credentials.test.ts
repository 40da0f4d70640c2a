import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseTarget } from "../../../../src/cli/internal/probe/target.ts";
import { look } from "../../../../src/cli/internal/watch/look.ts";
import { probe } from "../../../../src/cli/probe.ts";
import { wait } from "../../../../src/cli/wait.ts";
import { makeFolder } from "../../../_support/folder.ts";
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

const BASIC = Buffer.from("shop:hunter2!").toString("base64");

/** A service that repeats what it was sent: the credential as it came, decoded, and at the place where a reason is cut. */
async function startEcho(): Promise<string> {
  const server = createServer((request, response) => {
    const { authorization = "", "x-key": key = "" } = request.headers;
    const [, basic = ""] = /^Basic (.*)$/.exec(authorization) ?? [];
    const pair = Buffer.from(basic, "base64").toString();
    const [user = ""] = pair.split(":");
    const token = authorization.replace(/^\w+ /, "");
    const [path = ""] = request.url?.split("?") ?? [];
    const last = decodeURIComponent(path).split("/").filter(Boolean).at(-1) ?? "";
    const said = `seen: ${user} ${pair} ${basic} ${key} ${token} ${encodeURIComponent(pair)} ${last} ${request.url}`;
    const cut = `${"x".repeat(194)}${key}`;
    response.writeHead(503).end(request.url?.startsWith("/cut") ? cut : said);
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return base;
}

/** A file with an access token. */
function tokenFile(): string {
  const file = join(makeFolder(), "token");
  writeFileSync(file, "hunter2!\n");
  return file;
}

test.each([
  ["the user and password of a URL", (base: string) => [base.replace("//", "//shop:hunter2!@")]],
  ["a header", (base: string) => [base, "-H", "x-key: hunter2!"]],
  ["a header whose value is cut", (base: string) => [`${base}/cut`, "-H", "x-key: hunter2!"]],
  ["an access token", (base: string) => [base, "--token-file", tokenFile()]],
  ["a query", (base: string) => [`${base}/?token=hunter2%21`]],
  ["a user without a password", (base: string) => [base.replace("//", "//hunter2!@")]],
  ["the path of a webhook", (base: string) => [`${base}/webhook/hunter2%21`]],
  ["a segment of one", (base: string) => [`${base}/webhook/shop/hunter2!/?wait=true`]],
])("the results hold no credential that was sent and is repeated: %s", async (_, wordsFor) => {
  const base = await startEcho();
  for (const [command, flags, expected] of [
    [probe, [], 1],
    [probe, ["--json"], 1],
    [wait, ["--invert", "--for", "30s"], 0],
  ] as const) {
    const words = ["--timeout", "30s", ...flags, ...wordsFor(base)];
    const { code, stdout, stderr } = await run(command, words);
    expect([code, stdout]).toEqual([expected, expect.stringContaining("***")]);
    expect(`${stdout}${stderr}`).not.toMatch(/hunt/);
    expect(`${stdout}${stderr}`).not.toContain(BASIC);
  }
});

test("a reason of hale watch holds no credential that was sent and is repeated", async () => {
  const base = await startEcho();
  const { signal } = new AbortController();
  const options = { timeout: 30_000, tls: { verify: true }, signal };
  const headers = { authorization: "Bearer hunter2!" };
  const byHeader = await look(parseTarget(base), { ...options, headers });
  const byUrl = await look(parseTarget(base.replace("//", "//shop:hunter2!@")), {
    ...options,
    headers: {},
  });
  const byPath = await look(parseTarget(`${base}/webhook/hunter2!`), { ...options, headers: {} });
  for (const { reason } of [byHeader, byUrl, byPath]) {
    expect(reason).toContain("***");
    expect(reason).not.toMatch(/hunt/);
    expect(reason).not.toContain(BASIC);
  }
});
