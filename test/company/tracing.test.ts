import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync, inflateSync } from "node:zlib";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { installPackages } from "../../scripts/install-packages.mjs";
import { ask } from "../_support/ask.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { until } from "../servers/_until.ts";
import { startCollector } from "./_collector.ts";

const FOLDER = "test/company";

// Here, and not for every run of the tests: they are large, and few files need them.
beforeAll(() => installPackages(FOLDER), 900_000);

/** The service that is called by the one that is traced, and how often each path was. */
async function startUpstream(): Promise<{ url: string; calls: Map<string, number> }> {
  const calls = new Map<string, number>();
  const server = createServer(({ url = "" }, response) => {
    calls.set(url, (calls.get(url) ?? 0) + 1);
    response.end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

/** Takes what an agent sends, in place of its vendor's; resolves to its address and the text of it all. */
async function startAgent(): Promise<{ url: string; text: () => string }> {
  let text = "";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const encoding = request.headers["content-encoding"];
      const body = Buffer.concat(chunks);
      if (encoding === "gzip") text += gunzipSync(body).toString("latin1");
      else if (encoding === "deflate") text += inflateSync(body).toString("latin1");
      else text += body.toString("latin1");
      response.setHeader("Content-Type", "application/json");
      response.end("{}");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => text,
  };
}

/** An instrumentation: its program, and what that needs. */
interface Instrumentation {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What was recorded, where the program does not print it. */
  readonly text?: () => string;
  /** Whether it records something of probes or checks in itself. */
  readonly recordsBare: boolean;
  readonly connected?: true;
}

const INSTRUMENTATIONS: Readonly<Record<string, () => Promise<Instrumentation>>> = {
  OpenTelemetry: async () => ({
    file: "opentelemetry",
    env: {
      OTEL_NODE_RESOURCE_DETECTORS: "none",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_LOGS_EXPORTER: "none",
    },
    recordsBare: true,
  }),
  Sentry: async () => ({ file: "sentry", recordsBare: true }),
  async "dd-trace"() {
    const { url, text } = await startAgent();
    return {
      file: "dd-trace",
      imports: ["dd-trace/initialize.mjs"],
      env: {
        DD_TRACE_AGENT_URL: url,
        DD_TRACE_STARTUP_LOGS: "false",
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
        DD_REMOTE_CONFIGURATION_ENABLED: "false",
      },
      text,
      recordsBare: true,
    };
  },
  async "Elastic APM"() {
    const { url, text } = await startAgent();
    return { file: "elastic", imports: [], env: { AGENT: url }, text, recordsBare: false };
  },
  async "New Relic"() {
    const { port } = await startCollector();
    const folder = await mkdtemp(join(tmpdir(), "hale-newrelic-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const certificate = join(folder, "certificate.pem");
    await writeFile(certificate, CERTIFICATE.cert);
    const detect = ["AWS", "AZURE", "GCP", "PCF", "DOCKER", "KUBERNETES"];
    return {
      file: "newrelic",
      imports: ["newrelic/esm-loader.mjs"],
      env: {
        NODE_EXTRA_CA_CERTS: certificate,
        NEW_RELIC_APP_NAME: "hale",
        NEW_RELIC_LICENSE_KEY: "0".repeat(40),
        NEW_RELIC_HOST: "localhost",
        NEW_RELIC_PORT: String(port),
        NEW_RELIC_LOG_ENABLED: "false",
        ...Object.fromEntries(
          detect.map((name) => [`NEW_RELIC_UTILIZATION_DETECT_${name}`, "false"]),
        ),
      },
      recordsBare: false,
      connected: true,
    };
  },
};

const OF_PROBE = /livez|readyz|health\/deep|called-by-check/;

/** What an instrumentation has recorded of a service that was probed, and that received one order. */
async function recorded(
  start: () => Promise<Instrumentation>,
  args: readonly string[],
): Promise<{ text: string; recordsBare: boolean }> {
  const upstream = await startUpstream();
  const { file, imports = [], env, text, recordsBare, connected } = await start();
  const through = [
    process.execPath,
    ...imports.flatMap((each) => ["--import", resolve(FOLDER, "node_modules", each)]),
  ];
  const service: Program = startProgram(resolve(FOLDER, `programs/tracing/${file}.mjs`), {
    args,
    through,
    env: { ...env, UPSTREAM: upstream.url },
  });
  const base = `http://127.0.0.1:${(await service.line("listens on")).split(" ").at(-1)}`;
  if (connected) await service.line("the agent is connected");
  for (const path of ["/livez", "/readyz", "/health/deep", "/health/deep?format=prometheus"]) {
    await ask(base, "GET", path);
  }
  // Both checks have called the other service, and the one in the background goes on.
  await until("checks have called", () => (upstream.calls.get("/called-by-check") ?? 0) > 5);
  await ask(base, "GET", "/orders");
  expect(upstream.calls.get("/called-for-order")).toBe(2);
  if (text === undefined) await service.line("orders");
  else await until("the order is recorded", () => text().includes("/orders"));
  service.signal("SIGKILL");
  const { lines } = await service.ended;
  return {
    text: text?.() ?? lines.filter((line) => line.startsWith("span ")).join("\n"),
    recordsBare,
  };
}

describe.each(Object.entries(INSTRUMENTATIONS))("%s", (_, start) => {
  test("set up as the page says, records requests of the service, and nothing of probes and checks", async () => {
    const { text } = await recorded(start, []);
    expect(text).toContain("/orders");
    expect(text).not.toMatch(OF_PROBE);
  }, 120_000);

  test("without that set-up records what the page says that it does", async () => {
    const { text, recordsBare } = await recorded(start, ["bare"]);
    expect(text).toContain("/orders");
    expect(OF_PROBE.test(text)).toBe(recordsBare);
  }, 120_000);
});
