import { describe, expect, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { type Program, type ProgramOptions, startProgram } from "../_support/program.ts";
import { openWire } from "../_support/socket.ts";

const folder = "test/shutdown/programs";

/** The service, and how to reach it. */
async function startService(shape: object = {}, options: ProgramOptions = {}) {
  const program = startProgram(`${folder}/service.mjs`, {
    args: [JSON.stringify(shape)],
    ...options,
  });
  const line = await program.line("serves on");
  return { program, base: `http://127.0.0.1:${line.split(" ").at(-1)}` };
}

/** Lets so many milliseconds pass: what comes later than a second after the signal is another request. */
const sinceThat = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Sends a signal again and again: the process may be late, and by its clock the second is not over. */
async function signalUntilItEnds(program: Program, name: NodeJS.Signals): Promise<void> {
  const ended = program.ended.then(() => true);
  do {
    try {
      program.signal(name);
    } catch (error) {
      // It has ended, and its end is not known here yet.
      expect(error).toMatchObject({ code: "ESRCH" });
    }
  } while (!(await Promise.race([ended, sinceThat(250)])));
}

test("SIGTERM during start-up ends it with 0, though it begins to listen after that", async () => {
  const program = startProgram(`${folder}/starting.mjs`);
  await program.line("starts");
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  const told = lines.filter((line) => line.startsWith("hale: "));
  expect(told[0]).toBe(
    "hale: shutdown started: SIGTERM; nothing to wait for: the service had not started",
  );
  // The sentence about the phase is loaded beside the start, which this one has not given time.
  expect(told).toContain("hale: service is draining, was starting");
  expect(told.filter((line) => !line.includes("is draining")).slice(1)).toEqual([
    expect.stringMatching(/^hale: onDrain "late" finished in \d+ ms$/),
    expect.stringMatching(/^hale: drain finished in [\d.]+ s: the service had not started$/),
    expect.stringMatching(/^hale: shutdown finished in [\d.]+ s, exit code 0$/),
  ]);
});

test("a hook that hangs is left behind after its time, and the process ends with 1", async () => {
  const { program } = await startService({ hangingHook: true, hookTimeout: 100 });
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(1);
  expect(lines).toContain('hale: onClose "hanging" did not finish within 0.1 s (hookTimeout)');
  expect(lines.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 1$/);
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)(
  "a second signal, %s, ends it at once with %i, also while a hook hangs",
  async (name, expected) => {
    const { program } = await startService({ hangingHook: true, hookTimeout: 600_000 });
    program.signal("SIGTERM");
    await program.line("drain finished");
    await sinceThat(1000);
    await signalUntilItEnds(program, name);
    const { code, signal, lines } = await program.ended;
    expect({ code, signal }).toEqual({ code: expected, signal: null });
    expect(lines.at(-1)).toBe(
      `hale: ${name} received during the shutdown, while waiting for hooks: the process ends at once, exit code ${expected}`,
    );
  },
);

test("a request that never ends is cut off, and the others are answered whole", async () => {
  const { program, base } = await startService({ requestTimeout: 500 });
  const hung = await openWire(base);
  hung.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  await program.line("came /never");
  const idle = await openWire(base);
  idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await idle.received("Hello");
  const others = Array.from({ length: 20 }, () => ask(base, "GET", "/until-drain"));
  await program.line("came /until-drain", 20);
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(1);
  expect(lines).toContain(
    "hale: 1 request was cut off; raise requestTimeout, or end streams in onStop",
  );
  expect(await hung.ended).toBe("");
  expect(await idle.ended).toMatch(/Hello$/);
  const replies = await Promise.all(others);
  expect(replies.map(({ body }) => body)).toEqual(replies.map(() => "whole"));
});

test("a kept connection that never finishes its next request is cut off at last", async () => {
  const { program, base } = await startService({ requestTimeout: 500 });
  const client = await openWire(base);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await client.received("Hello");
  client.send("GET / HTTP/1.1\r\nHo");
  // What comes on another connection after that, the service has read it before.
  const other = ask(base, "GET", "/until-drain");
  await program.line("came /until-drain");
  program.signal("SIGTERM");
  expect(await other).toMatchObject({ status: 200, body: "whole" });
  const { code, lines } = await program.ended;
  expect(code).toBe(1);
  expect(lines).toContain(
    "hale: 1 connection was cut off; raise requestTimeout, or end streams in onStop",
  );
  expect(await client.ended).toMatch(/Hello$/);
});

test("as process 1 of a container it ends on SIGTERM, with 0", async () => {
  const { program, base } = await startService({}, { asFirst: true });
  const reply = ask(base, "GET", "/until-drain");
  await program.line("came /until-drain");
  program.signal("SIGTERM");
  expect(await reply).toMatchObject({ body: "whole", headers: { connection: "close" } });
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  expect(lines.join("\n")).toMatch(
    /drain finished in [\d.]+ s: no recurring prober in the last minute; no requests for 2 s/,
  );
});

const kubernetes = { env: { KUBERNETES_SERVICE_HOST: "10.0.0.1" } };

test("in Kubernetes it serves during the least time, and is not ready", async () => {
  const { program, base } = await startService(
    { drain: { min: 600_000, max: 600_000 } },
    kubernetes,
  );
  program.signal("SIGTERM");
  await program.line("service is draining");
  expect(await ask(base, "GET", "/")).toMatchObject({
    status: 200,
    headers: { connection: "close" },
  });
  expect((await ask(base, "GET", "/readyz")).status).toBe(503);
  expect((await ask(base, "GET", "/livez")).status).toBe(200);
  await sinceThat(1000);
  await signalUntilItEnds(program, "SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(143);
  expect(lines.at(-1)).toContain("SIGTERM received during the shutdown, while draining");
});

test("in Kubernetes it ends with 0 when the least time has passed", async () => {
  const { program } = await startService({ drain: { min: 100, quiet: 0 } }, kubernetes);
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  expect(lines.join("\n")).toMatch(/: 0\.1 s passed; no requests for 0 s/);
});

describe("an uncaught exception", () => {
  test('ends it with 1 after its hooks, with fatal: "drain"', async () => {
    const { program, base } = await startService({ fatal: "drain" });
    // Nobody answers the request that has thrown.
    const thrown = expect(ask(base, "GET", "/throw")).rejects.toThrow("socket hang up");
    const { code, lines } = await program.ended;
    await thrown;
    expect(code).toBe(1);
    const text = lines.join("\n");
    expect(text).toMatch(/hale: uncaught exception: by accident\n +at .*service\.mjs/);
    expect(text).toMatch(/onClose "pool" finished/);
  });

  test("ends it at once, as Node does, without that option", async () => {
    const { program, base } = await startService();
    const thrown = expect(ask(base, "GET", "/throw")).rejects.toThrow();
    const { code, lines } = await program.ended;
    await thrown;
    expect(code).toBe(1);
    expect(lines.join("\n")).not.toContain("onClose");
  });
});

describe("a worker without a server", () => {
  test("ends with 0 after its hooks, though nothing but them holds it open", async () => {
    const program = startProgram(`${folder}/worker.mjs`, { args: ["work"] });
    await program.line("works");
    program.signal("SIGINT");
    const { code, lines } = await program.ended;
    expect(code).toBe(0);
    expect(lines.join("\n")).toMatch(/onDrain "jobs" finished[\s\S]*onClose "connection" finished/);
  });

  test.each([false, true])(
    "ends by itself when it has nothing to do, with a channel: %s",
    async (channel) => {
      const program = startProgram(`${folder}/worker.mjs`, { channel });
      expect(await program.ended).toMatchObject({
        code: 0,
        lines: ["works", "hale: service is serving, was starting"],
      });
    },
  );

  test("ends when pm2 tells it to by a message", async () => {
    const program = startProgram(`${folder}/worker.mjs`, { args: ["work"], channel: true });
    await program.line("works");
    program.child.send("shutdown");
    const { code, lines } = await program.ended;
    expect(code).toBe(0);
    expect(lines).toContainEqual(
      expect.stringMatching(/^hale: shutdown started: the message to shut down; /),
    );
  });
});
