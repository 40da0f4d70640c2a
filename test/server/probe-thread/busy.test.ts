import { once } from "node:events";
import { readFileSync } from "node:fs";
import { WebSocket } from "undici";
import { expect, test } from "vitest";
import { ask } from "../../_support/ask.ts";
import { closedPort } from "../../_support/tcp.ts";
import { until } from "../../servers/_until.ts";
import { type Program, withProgram } from "./_program.ts";

const DETAILS = { headers: { authorization: "Bearer 0123456789abcdef" } };

/** A service that serves, its check already up, and how its probes are asked. */
async function serving(program: Program) {
  const url = await program.url();
  const status = async (path: string) => (await ask(url, "GET", path)).status;
  const becomes = (path: string, expected: number) =>
    until(`${path} is ${expected}`, async () => (await status(path)) === expected);
  const details = async (path: string) => JSON.parse((await ask(url, "GET", path, DETAILS)).body);
  await becomes("/readyz", 200);
  return { url, status, becomes, details };
}

test("a loop that stands still fails readiness, not liveness, and is ready when it turns again", () =>
  withProgram({ listen: { stalled: { readiness: 300 } } }, async (program) => {
    const { status, becomes, details } = await serving(program);
    program.block();
    await becomes("/readyz", 503);
    expect(await details("/readyz")).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^the event loop has not turned for \d\.\d s$/),
      checks: { database: { status: "ok" } },
    });
    expect([await status("/"), await status("/livez"), await status("/startupz")]).toEqual([
      503, 200, 200,
    ]);
    expect(await status("/readyz/database")).toBe(200);
    program.release();
    await becomes("/readyz", 200);
    await until("it is logged", () => program.lines.length > 2);
    expect(program.lines.filter((line) => line.includes("event loop"))).toEqual([
      expect.stringMatching(
        /^hale: the event loop stood still for \d+\.\d s, and readiness failed meanwhile: look for synchronous work$/,
      ),
    ]);
  }));

test("a loop that stands still for longer fails liveness too, until it turns again", () =>
  withProgram({ listen: { stalled: { readiness: 300, liveness: 900 } } }, async (program) => {
    const { status, becomes, details } = await serving(program);
    program.block();
    await becomes("/livez", 503);
    expect(await status("/readyz")).toBe(503);
    const { reason } = await details("/livez");
    expect(Number(/for (\d+\.\d) s$/.exec(reason)?.[1])).toBeGreaterThanOrEqual(0.9);
    program.release();
    await becomes("/livez", 200);
    expect(await status("/readyz")).toBe(200);
    await until("it is logged", () =>
      program.lines.some((line) => line.includes("readiness and liveness failed")),
    );
  }));

test("deep has the last results when the main thread does not come", () =>
  withProgram({ health: { deadline: 200 } }, async (program) => {
    const { url } = await serving(program);
    program.block();
    const answers = await Promise.all(
      ["/health/deep", "/health/deep/database", "/health/deep?exclude=database"].map((path) =>
        ask(url, "GET", path),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, '{"status":"healthy","checks":{"database":"ok"}}'],
      [200, '{"status":"ok"}'],
      [200, '{"status":"healthy","checks":{}}'],
    ]);
  }));

test("a result that grows too old meanwhile is unknown, which the thread sees itself", () =>
  withProgram({ health: { defaults: { timeout: 100, interval: 100 } } }, async (program) => {
    const { status, becomes, details } = await serving(program);
    program.block();
    await becomes("/readyz", 503);
    expect((await details("/readyz")).checks.database).toMatchObject({
      state: "unknown",
      reason:
        "The last result is older than 400 ms: the event loop was busy, or the process stood still.",
    });
    expect(await status("/livez")).toBe(200);
    program.release();
    await becomes("/readyz", 200);
  }));

test("it listens while the service has not come further than the call, and answers that it starts", async () => {
  const port = await closedPort();
  const base = `http://127.0.0.1:${port}`;
  await withProgram(
    { blocked: true, listen: { port, stalled: { readiness: 200, liveness: 200 } } },
    async (program) => {
      const answered = async (path: string) => (await ask(base, "GET", path)).status;
      await until("it answers", () => answered("/livez").then(Boolean, () => false));
      const begun = performance.now();
      await until("a stall would have counted", () => performance.now() > begun + 600);
      expect([
        await answered("/livez"),
        await answered("/readyz"),
        await answered("/startupz"),
        await answered("/"),
      ]).toEqual([200, 503, 503, 503]);
      expect(JSON.parse((await ask(base, "GET", "/startupz", DETAILS)).body)).toMatchObject({
        phase: "starting",
      });
      program.release();
      await until("it is ready", async () => (await answered("/readyz")) === 200);
      expect(await answered("/startupz")).toBe(200);
    },
  );
});

test("a process that was stopped has not stalled, and its results have not aged", () => {
  const health = { defaults: { timeout: 100, interval: 100 } };
  const listen = { stalled: { readiness: 300, liveness: 300 } };
  return withProgram({ health, listen }, async (program) => {
    const { url, status } = await serving(program);
    program.child.kill("SIGSTOP");
    await until("it stands still", () => stateOf(program.child.pid) === "T");
    const begun = performance.now();
    await until("a stall would have counted", () => performance.now() > begun + 1000);
    const waiting = Promise.all([ask(url, "GET", "/livez"), ask(url, "GET", "/readyz")]);
    program.child.kill("SIGCONT");
    expect((await waiting).map(({ status }) => status)).toEqual([200, 200]);
    expect([await status("/livez"), await status("/readyz")]).toEqual([200, 200]);
  });
});

const INSPECTED = {
  flags: ["--inspect=127.0.0.1:0"],
  listen: { stalled: { readiness: 200, liveness: 200 } },
};

test("a loop that stands still has stalled also while an inspector could attach", () =>
  withProgram(INSPECTED, async (program) => {
    const { becomes } = await serving(program);
    expect(await program.inspector()).toMatch(/^ws:/);
    program.block();
    await becomes("/livez", 503);
    program.release();
    await becomes("/readyz", 200);
  }));

test("with an inspector attached it has not, and one line says so", () =>
  withProgram(INSPECTED, async (program) => {
    const { status, details } = await serving(program);
    const inspector = new WebSocket(await program.inspector());
    await once(inspector, "open");
    program.block();
    const { checks } = await details("/readyz");
    await until(
      "a stall would have counted",
      async () => (await details("/readyz")).checks.database.age > checks.database.age + 800,
    );
    expect([await status("/livez"), await status("/readyz")]).toEqual([200, 200]);
    program.release();
    const line = /failed no probe: an inspector is attached/;
    await until("it is logged", () => program.lines.some((text) => line.test(text)));
    expect(program.lines.filter((text) => text.includes("event loop"))).toHaveLength(1);
    inspector.close();
  }));

test("a drain is seen while the main thread goes on to stand still", () =>
  withProgram({}, async (program) => {
    const { status, becomes } = await serving(program);
    program.drain();
    program.block();
    await becomes("/readyz", 503);
    expect(await status("/livez")).toBe(200);
  }));

/** The state of a process, as Linux has it: T is stopped. */
function stateOf(pid: number | undefined): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[0];
}
