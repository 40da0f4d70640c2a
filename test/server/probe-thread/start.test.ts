import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { attach } from "../../../src/adapters/node.ts";
import { createHealth, type HealthOptions } from "../../../src/health.ts";
import { listen } from "../../../src/server/listen.ts";
import { ask } from "../../_support/ask.ts";
import { settled } from "../../_support/fake-clock.ts";
import { serve } from "../../_support/serve.ts";
import { until } from "../../servers/_until.ts";

/** A service that loads until it is released. */
async function load(how: string) {
  const folder = mkdtempSync(join(tmpdir(), "hale-loads-"));
  const gate = join(folder, "loaded");
  const child = fork(join(import.meta.dirname, "programs/loads.mjs"), [how, gate]);
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const said: { probes?: string; service?: string } = {};
  const lines: string[] = [];
  child.on("message", ({ log, ...more }: { log?: string }) => {
    if (log !== undefined) lines.push(log);
    Object.assign(said, more);
  });
  await until("the thread listens", () => said.probes !== undefined);
  const status = async (path: string) => (await ask(said.probes ?? "", "GET", path)).status;
  return { said, lines, status, release: () => writeFileSync(gate, ""), child };
}

const PATHS = ["/livez", "/startupz", "/readyz"] as const;

test.each(["attached", "given to gracefulShutdown"])(
  "a service whose server is %s is not ready while it loads, and is once it listens",
  async (how) => {
    const { said, lines, status, release } = await load(how);
    for (let round = 0; round < 20; round++) {
      expect(await Promise.all(PATHS.map(status))).toEqual([200, 503, 503]);
    }
    expect(said.service).toBeUndefined();
    release();
    await until("it is ready", async () => (await status("/readyz")) === 200);
    await until("its port is known", () => said.service !== undefined);
    expect((await ask(said.service ?? "", "GET", "/")).body).toBe("Hello");
    expect(await Promise.all(PATHS.map(status))).toEqual([200, 200, 200]);
    expect(lines).toEqual(["hale: service is serving, was starting"]);
  },
);

test("a service of whose server hale knows nothing stays 503, and a warning says what to write", async () => {
  const { said, lines, status, release, child } = await load("unknown");
  release();
  await until("it listens", () => said.service !== undefined);
  expect((await ask(said.service ?? "", "GET", "/")).body).toBe("Hello");
  expect(await Promise.all(PATHS.map(status))).toEqual([200, 503, 503]);
  expect(lines).toEqual([
    "hale: nothing says when the service has started, so startup stays 503: attach() its server, give that to gracefulShutdown(), add a start-up task, or call markStarted()",
  ]);
  child.send("mark");
  await until("it is ready", async () => (await status("/readyz")) === 200);
});

/** A health with the thread, and the lines that were logged. */
async function threaded(
  options: HealthOptions = {},
  before: (health: Health) => unknown = () => {},
) {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const logger = { info() {}, warn: log, error: log };
  const health = createHealth({ logger, ...options });
  onTestFinished(() => health.close());
  await before(health);
  const { url, close } = await listen(health, { port: 0, host: "127.0.0.1", thread: true });
  onTestFinished(close);
  const becomes = (expected: number) =>
    until(
      `startup is ${expected}`,
      async () => (await ask(url, "GET", "/startupz")).status === expected,
    );
  return { health, lines, becomes };
}

type Health = ReturnType<typeof createHealth>;

test.each<[string, (health: Health) => unknown]>([
  ["a task", (health) => health.addStartupTask("warm", Promise.resolve())],
  ["markStarted()", (health) => health.markStarted()],
  [
    "a request that an adapter passes on",
    (health) => health.handle({ method: "GET", url: "/shop", header: () => undefined }),
  ],
])("%s ends startup after listen(), also without a server", async (_, end) => {
  const { health, becomes } = await threaded();
  await settled();
  await becomes(503);
  end(health);
  await becomes(200);
});

test("what the code after listen() does in the same turn is warned of no more", async () => {
  const { health, lines, becomes } = await threaded();
  const server = createServer();
  attach(server, health);
  await settled();
  await settled();
  const { close } = await serve(server);
  onTestFinished(close);
  await becomes(200);
  expect(lines).toEqual([]);
});

test("a task that is pending, and startup by hand, are warned of no more", async () => {
  const pending = await threaded({}, (health) => {
    health.addStartupTask("warm", new Promise(() => {}));
  });
  const manual = await threaded({ startup: { manual: true } });
  await settled();
  await settled();
  expect([pending.lines, manual.lines]).toEqual([[], []]);
  await pending.becomes(503);
  await manual.becomes(503);
});

test("listen() is refused when startup was done, and nothing had kept it back", async () => {
  await expect(threaded({}, settled)).rejects.toMatchObject({
    code: "HALE_ALREADY_STARTED",
    message: expect.stringContaining("Call it in the same turn as createHealth()"),
  });
});

test.each<[string, (health: Health) => unknown]>([
  [
    "a server that listened",
    async (health) => {
      const server = createServer();
      attach(server, health);
      const { close } = await serve(server);
      onTestFinished(close);
    },
  ],
  ["a task that ended", (health) => health.addStartupTask("warm", Promise.resolve())],
  ["markStarted()", (health) => health.markStarted()],
])("listen() is not refused when startup was done by %s", async (_, end) => {
  const { becomes } = await threaded({}, async (health) => {
    await end(health);
    await settled();
    await settled();
    expect((await health.report("startup")).status).toBe("up");
  });
  await becomes(200);
});
