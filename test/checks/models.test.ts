import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Health } from "../../src/contract/health.ts";
import { serve } from "../_support/serve.ts";
import { closedPort } from "../_support/tcp.ts";

/** A stand-in for an endpoint with OpenAI's interface, of which only the list of models is asked. */
async function startEndpoint(status = 200, models = ["small", "large"]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status, { "content-type": "application/json" });
    const data = models.map((id) => ({ id, object: "model" }));
    response.end(JSON.stringify(status === 200 ? { object: "list", data } : { error: {} }));
  });
  const { base, close } = await serve(server);
  onTestFinished(close);
  return { url: `${base}/v1`, requests };
}

let copies = 0;

/** The health of docs/models.md, as it is written there, for an endpoint. */
async function healthOf(url: string): Promise<Health> {
  const page = readFileSync("docs/models.md", "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  vi.stubEnv("MODEL_URL", url);
  vi.stubEnv("MODEL_KEY", "right-horse");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const index = pathToFileURL("dist/index.js").href;
  const text = outputText.replace('"hale"', JSON.stringify(index));
  const folder = await import("../_support/folder.ts").then(({ makeFolder }) => makeFolder());
  const file = join(folder, `models-${++copies}.mjs`);
  writeFileSync(file, text);
  const { health } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    health: Health;
  };
  onTestFinished(() => health.close());
  return health;
}

const settled = (health: Health) =>
  expect
    .poll(async () => (await health.report("deep")).checks[0]?.status, { timeout: 30_000 })
    .not.toBe("unknown");

test("the check of the page asks for the list of models once, however many probes come", async () => {
  const { url, requests } = await startEndpoint();
  const health = await healthOf(url);
  await settled(health);
  for (let probe = 0; probe < 20; probe++) await health.report("readiness");
  expect((await health.report("deep")).status).toBe("up");
  expect(requests).toEqual(["GET /v1/models Bearer right-horse"]);
});

test.each([
  ["that is gone", async () => `http://127.0.0.1:${await closedPort()}/v1`, /ECONNREFUSED/],
  ["without the model", async () => (await startEndpoint(200, ["large"])).url, /no model "small"/],
  ["that refuses the key", async () => (await startEndpoint(401)).url, /answered 401/],
])("an endpoint %s degrades deep, and leaves the service ready", async (_, start, reason) => {
  const health = await healthOf(await start());
  await settled(health);
  const deep = await health.report("deep");
  expect(deep).toMatchObject({ status: "degraded", checks: [{ status: "down" }] });
  expect(deep.checks[0]?.reason).toMatch(reason);
  expect((await health.report("readiness")).status).not.toBe("down");
});

test("an endpoint whose quota is used up is degraded", async () => {
  const health = await healthOf((await startEndpoint(429)).url);
  await settled(health);
  expect((await health.report("deep")).checks).toMatchObject([
    { status: "degraded", reason: "The quota is used up." },
  ]);
});
