import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { installPackages } from "../../scripts/install-packages.mjs";
import { ask } from "../_support/ask.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { startPm2 } from "../_support/pm2.ts";
import { reloadByPm2 } from "../_support/pm2-reload.ts";
import { type Program, type ProgramOptions, startProgram } from "../_support/program.ts";
import { lossesOf } from "../_support/restart-under-load.ts";
import { ensureInstalled } from "../servers/_install.ts";
import { reservePlace } from "../servers/_place.ts";
import { until } from "../servers/_until.ts";
import { startCollector } from "./_collector.ts";

const FOLDER = "test/company";
const BIN = `${FOLDER}/node_modules/.bin`;
const NODE = process.execPath;

// Here, and not for every run of the tests: they are large, and no other file needs them.
beforeAll(() => installPackages(FOLDER), 900_000);

/** A service in production, whose telemetry does not look for what it could send to. */
const PRODUCTION = {
  // Apollo Server listens to no signal where this is "test".
  NODE_ENV: "production" as const,
  OTEL_TRACES_EXPORTER: "none",
  OTEL_METRICS_EXPORTER: "none",
  OTEL_LOGS_EXPORTER: "none",
  OTEL_NODE_RESOURCE_DETECTORS: "none",
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
  DD_REMOTE_CONFIGURATION_ENABLED: "false",
  NEXT_TELEMETRY_DISABLED: "1",
};

/** What keeps the agent of New Relic from asking for the cloud that it may run in. */
const UNDETECTED = Object.fromEntries(
  ["AWS", "AZURE", "GCP", "PCF", "DOCKER", "KUBERNETES"].map((name) => [
    `NEW_RELIC_UTILIZATION_DETECT_${name}`,
    "false",
  ]),
);

const program = (file: string, options: ProgramOptions = {}) =>
  startProgram(resolve(FOLDER, file), { ...options, env: { ...PRODUCTION, ...options.env } });

const listens = async (service: Program) =>
  `http://127.0.0.1:${(await service.line("listens on")).split(" ").at(-1)}`;

/** Sends a request that is in flight until it is released. */
async function sendSlow(service: Program, base: string) {
  const body = ask(base, "GET", "/slow").then((reply) => reply.body);
  const pid = Number((await service.line("came /slow")).split(" ").at(-1));
  return { body, release: () => process.kill(pid, "SIGUSR2") };
}

/** What became of a request in flight and of one during the drain, and how the process ended. */
async function shutDown(service: Program, base: string, signal: NodeJS.Signals = "SIGTERM") {
  const slow = await sendSlow(service, base);
  service.signal(signal);
  await service.line("service is draining");
  const { status } = await ask(base, "GET", "/quick");
  // Other code has stopped by now, and the port is closed.
  await service.line("drain finished");
  slow.release();
  const body = await slow.body;
  const { code, lines } = await service.ended;
  const hooks = lines.filter((line) => line.includes("onClose"));
  return { slow: body, during: status, code, hooks, text: lines.join("\n") };
}

const DATABASE = expect.stringMatching(/^hale: onClose "database" finished in \d+ ms$/);

/** Nothing was lost, and the hook was run once. */
const WELL = { slow: "whole", during: 200, code: 0, hooks: [DATABASE] };

describe("beside a library", () => {
  test.each<[string, string, string[], string[]?]>([
    ["Apollo Server 5 that does not stop on signals", "apollo", ["apollo"], ["advised"]],
    ["@sentry/node", "sentry", ["sentry"]],
    ["the OpenTelemetry SDK", "telemetry", ["telemetry"]],
    ["dd-trace", "dd-trace", []],
  ])("%s: no request is lost, and every hook is run", async (_, file, hooks, args = []) => {
    const service = program(`programs/${file}.mjs`, { args });
    const result = await shutDown(service, await listens(service));
    const others = hooks.map((name) => expect.stringContaining(`onClose "${name}" finished`));
    expect(result).toMatchObject({
      ...WELL,
      hooks: expect.arrayContaining([DATABASE, ...others]),
    });
    expect(result.hooks).toHaveLength(1 + hooks.length);
  });

  test("OpenTelemetry that is registered by --import flushes at the signal, and ends nothing", async () => {
    const register = "auto-instrumentations-node/build/src/register.js";
    const service = program("programs/plain.mjs", {
      through: [NODE, "--import", resolve(FOLDER, "node_modules/@opentelemetry", register)],
    });
    const result = await shutDown(service, await listens(service));
    expect(result).toMatchObject(WELL);
    expect(result.text).toContain("other code listens to SIGTERM too: shutdown;");
  });

  test.each<[string, string[], number]>([
    ["by default each probe is a span, since it wraps the server itself", [], 4],
    ["as advised, no probe is a span", ["advised"], 1],
  ])("@sentry/node: %s", async (_, args, spans) => {
    const service = program("programs/sentry.mjs", { args });
    const base = await listens(service);
    for (const path of ["/livez", "/health/ready", "/health/deep", "/quick"]) {
      expect((await ask(base, "GET", path)).status).toBe(200);
    }
    await service.line("a span has ended", spans);
    service.signal("SIGTERM");
    const { lines } = await service.ended;
    expect(lines.filter((line) => line === "a span has ended")).toHaveLength(spans);
  });

  test("New Relic: its agent sends what it has after the drain, by a hook", async () => {
    const { port, methods } = await startCollector();
    const folder = await mkdtemp(join(tmpdir(), "hale-newrelic-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const certificate = join(folder, "certificate.pem");
    await writeFile(certificate, CERTIFICATE.cert);
    const loader = resolve(FOLDER, "node_modules/newrelic/esm-loader.mjs");
    const service = program("programs/newrelic.mjs", {
      through: [NODE, "--import", loader],
      env: {
        NODE_EXTRA_CA_CERTS: certificate,
        NEW_RELIC_APP_NAME: "hale",
        NEW_RELIC_LICENSE_KEY: "0".repeat(40),
        NEW_RELIC_HOST: "localhost",
        NEW_RELIC_PORT: String(port),
        NEW_RELIC_LOG_ENABLED: "false",
        ...UNDETECTED,
      },
    });
    const base = await listens(service);
    await until("the agent is connected", () => methods.includes("connect"));
    const before = methods.length;
    const result = await shutDown(service, base);
    expect(result).toMatchObject({ slow: "whole", during: 200, code: 0 });
    expect(result.hooks).toEqual([
      DATABASE,
      expect.stringContaining('onClose "newrelic" finished'),
    ]);
    const sent = methods.slice(before);
    expect(sent).toContain("metric_data");
    expect(sent).toContain("analytic_event_data");
    // What it sends side by side arrives in any order.
    expect(sent).toContain("shutdown");
  });

  test("Apollo Server 5 by default closes the port at the signal; its second signal ends nothing", async () => {
    const service = program("programs/apollo.mjs");
    const base = await listens(service);
    const slow = await sendSlow(service, base);
    service.signal("SIGTERM");
    await service.line("the port is closed");
    slow.release();
    expect(await slow.body).toBe("whole");
    const { code, lines } = await service.ended;
    expect(code).toBe(0);
    expect(lines.join("\n")).toMatch(/the port is closed[\s\S]*drain finished/);
    expect(lines).toContainEqual(DATABASE);
    expect(lines).toContain("hale: SIGTERM received during the shutdown, which goes on");
  });

  test("Apollo Server 5 sends its second signal after a query that outlasts the drain: it is the same request", async () => {
    const service = program("programs/apollo.mjs");
    const base = await listens(service);
    const query = fetch(`${base}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ slow }" }),
    }).then((response) => response.json());
    await service.line("resolves");
    service.signal("SIGTERM");
    expect(await query).toEqual({ data: { slow: "whole" } });
    const { code, lines } = await service.ended;
    expect(code).toBe(0);
    const text = lines.join("\n");
    expect(text).toMatch(/other code listens to SIGTERM too: .+; if it ends the process/);
    // Later than the second in which any signal is the same request.
    expect(text).toMatch(
      /drain finished[\s\S]*SIGTERM received during the shutdown, which goes on/,
    );
    expect(lines.filter((line) => line.startsWith("hale: shutdown started"))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("onClose"))).toEqual([DATABASE]);
    expect(lines.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 0$/);
  });

  test("GraphQL Yoga: subscriptions end with the port, by a hook", async () => {
    const service = program("programs/yoga.mjs");
    const base = await listens(service);
    const query = encodeURIComponent("subscription { ticks }");
    const events = fetch(`${base}/graphql?query=${query}`, {
      headers: { accept: "text/event-stream" },
    }).then((response) => response.text());
    await service.line("subscribed");
    const result = await shutDown(service, base);
    expect(result).toMatchObject({ slow: "whole", during: 200, code: 0 });
    expect(await events).toMatch(/tick[\s\S]*event: complete/);
    expect(result.text).not.toContain("cut off");
  });
});

describe("under a launcher", () => {
  test.each<[string, string[], NodeJS.Signals, boolean]>([
    ["node --watch and Ctrl-C", [NODE, "--watch"], "SIGINT", true],
    ["node --watch", [NODE, "--watch"], "SIGTERM", false],
    ["tsx watch and Ctrl-C", [`${BIN}/tsx`, "watch"], "SIGINT", true],
    ["tsx watch", [`${BIN}/tsx`, "watch"], "SIGTERM", false],
  ])("%s: no request is lost, and the hooks are run once", async (_, through, signal, group) => {
    const service = program("programs/plain.mjs", { through, group });
    expect(await shutDown(service, await listens(service), signal)).toMatchObject(WELL);
  });

  test.each(["dumb-init", "tini"])("%s hands the signal on", async (name) => {
    const packages = { debian: [name], fedora: [name], homebrew: [name] };
    const init = await ensureInstalled({ name, programs: [name], packages });
    const through = name === "tini" ? [init, "-s", "--", NODE] : [init, NODE];
    const service = program("programs/plain.mjs", { through });
    expect(await shutDown(service, await listens(service))).toMatchObject(WELL);
  });

  /** A package whose script `start` is this. */
  async function packageWith(start: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "hale-npm-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "package.json"), JSON.stringify({ scripts: { start } }));
    return folder;
  }

  test("npm start and Ctrl-C: no request is lost, and the hooks are run once", async () => {
    const through = ["npm", "--prefix", await packageWith("node"), "start", "--"];
    const service = program("programs/plain.mjs", { through, group: true });
    const result = await shutDown(service, await listens(service), "SIGINT");
    // npm itself ends by the signal.
    expect(result).toMatchObject({ ...WELL, code: null });
  });

  test("npm start with exec in the script hands SIGTERM on", async () => {
    const through = ["npm", "--prefix", await packageWith("exec node"), "start", "--"];
    const service = program("programs/plain.mjs", { through, group: true });
    const base = await listens(service);
    const alone = { ...service, signal: (name: NodeJS.Signals) => service.child.kill(name) };
    expect(await shutDown(alone as unknown as Program, base)).toMatchObject({
      slow: "whole",
      during: 200,
      hooks: [DATABASE],
    });
  });

  test("a reload by pm2 loses no request, though nothing probes", async () => {
    const { server, reload } = await startPm2({
      script: `${FOLDER}/programs/behind-pm2.mjs`,
      instances: 2,
      argsOf: (port) => [String(port)],
    });
    onTestFinished(server.stop);
    const base = server.url;
    const before = new Set<string>();
    for (let request = 0; request < 20; request++) before.add((await ask(base, "GET", "/")).body);
    expect(before.size).toBe(2);
    let reloading = true;
    const reloaded = reload().finally(() => {
      reloading = false;
    });
    const during: string[] = [];
    while (reloading || [...before].some(isRunning))
      during.push((await ask(base, "GET", "/")).body);
    await reloaded;
    // Every request was answered.
    expect(during.length).toBeGreaterThan(100);
    for (let request = 0; request < 20; request++) {
      expect(before).not.toContain((await ask(base, "GET", "/")).body);
    }
  });

  /** A reload under load, over kept connections too. */
  const RELOAD = { program: "test/scenarios/programs/replica-http.mjs", rate: 200, rolls: 1 };

  test("a reload under load loses no request, and ends both processes as they want to", async () => {
    const result = await reloadByPm2({ ...RELOAD, leaving: { by: "hale" } });
    expect(result.left.map(({ code }) => code)).toEqual([0, 0]);
    expect(lossesOf(result), String(result.overload)).toEqual([]);
  });

  test("the same reload has to kill both processes when the servers only close", async () => {
    const result = await reloadByPm2({ ...RELOAD, leaving: { by: "close" }, grace: 5000 });
    expect(result.left.map(({ code }) => code)).toEqual([undefined, undefined]);
  });
});

function isRunning(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}

describe("servers of sockets are ended when the port is closed", () => {
  const GOING_AWAY = "1001 The server is going away.";
  /** What apps run when they are closed as they want to be. */
  const PLUGIN = ["preClose of a plugin", "onClose of a plugin"];
  const PROVIDER = ["onModuleDestroy of a provider", "beforeApplicationShutdown of a provider"];

  test.each<[string, string, string, string[], string, string[]]>([
    ["Socket.IO", "socket-io", "socket.io", [], "transport close", []],
    ["engine.io", "engine-io", "engine.io", [], "1005 ", []],
    ["ws", "ws", "ws", ["named"], GOING_AWAY, []],
    ["ws, which is not named", "ws", "ws", [], GOING_AWAY, []],
    ["graphql-ws", "graphql-ws", "graphql-ws", [], "1001 Going away", []],
    ["@fastify/websocket, by the app", "fastify-websocket", "ws", [], GOING_AWAY, PLUGIN],
    ["gateways of Nest over ws, by the app", "nest-gateway", "ws", ["ws"], GOING_AWAY, PROVIDER],
    [
      "gateways of Nest over Socket.IO, by the app",
      "nest-gateway",
      "socket.io",
      ["io"],
      "transport close",
      PROVIDER,
    ],
  ])("%s", async (_, file, kind, args, expected, closing) => {
    const service = program(`programs/sockets/${file}.mjs`, { args });
    const base = await listens(service);
    const client = program("programs/client.mjs", { args: [kind, base] });
    await service.line("connected");
    service.signal("SIGTERM");
    await service.line("service is draining");
    // The port of the service is open still.
    expect((await ask(base, "GET", "/livez")).status).toBe(200);
    expect((await client.ended).lines).toEqual([`closed: ${expected}`]);
    const { code, lines } = await service.ended;
    expect(lines.filter((line) => /cut off|failed|did not finish/.test(line))).toEqual([]);
    expect(code).toBe(0);
    expect(lines.filter((line) => / of a (?:plugin|provider)$/.test(line))).toEqual(closing);
    expect(lines.join("\n")).toMatch(/drain finished[\s\S]*onClose "database" finished/);
  });
});

describe("Next.js", () => {
  const APP = `${FOLDER}/next-app`;

  beforeAll(async () => {
    const next = `${FOLDER}/node_modules/next/dist/bin/next`;
    const env = { ...process.env, ...PRODUCTION };
    await promisify(execFile)(NODE, [next, "build", APP], { env });
  }, 600_000);

  /** The standalone server listens on a port that it is given. */
  async function standalone(file: string, env: Record<string, string> = {}) {
    const { port, folder } = await reservePlace();
    onTestFinished(() => rm(folder, { recursive: true }));
    const server = resolve(APP, ".next/standalone", APP, "server.js");
    const started = startProgram(resolve(APP, file), {
      args: [server],
      env: { ...PRODUCTION, PORT: String(port), HOSTNAME: "127.0.0.1", ...env },
    });
    await started.line("Ready in");
    return { started, base: `http://127.0.0.1:${port}` };
  }

  test("standalone, started as hale's page says, loses no request", async () => {
    const { started, base } = await standalone("start.mjs");
    expect(await shutDown(started, base)).toMatchObject(WELL);
  });

  test("a custom server loses no request", async () => {
    const service = startProgram(resolve(APP, "custom.mjs"), { env: PRODUCTION });
    const result = await shutDown(service, await listens(service));
    expect(result).toMatchObject({ slow: "whole", during: 200, code: 0 });
    expect(result.hooks).toContainEqual(DATABASE);
  });

  test("standalone that ends itself is an error line, with what was not run", async () => {
    const { started, base } = await standalone("plain.mjs", { HALE_IN: "instrumentation" });
    const slow = await sendSlow(started, base);
    started.signal("SIGTERM");
    await started.line("other code listens to SIGTERM too");
    slow.release();
    expect(await slow.body).toBe("whole");
    const { lines } = await started.ended;
    expect(lines).toContainEqual(
      expect.stringContaining("other code listens to SIGTERM too: cleanup;"),
    );
    expect(lines.at(-1)).toMatch(
      /^hale: the process was ended while draining, exit code \d+, by process\.exit\(\d*\) at .*start-server\.js.*; not finished: onClose "database"$/,
    );
  });
});
