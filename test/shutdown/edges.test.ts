import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { type ProgramOptions, startProgram } from "../_support/program.ts";
import { openWire } from "../_support/socket.ts";
import { until } from "../servers/_until.ts";

const KUBERNETES = { KUBERNETES_SERVICE_HOST: "10.0.0.1" };

const start = (file: string, options: ProgramOptions = {}) =>
  startProgram(`test/shutdown/programs/edges/${file}.mjs`, options);

async function baseOf(program: ReturnType<typeof start>, text = "serves on"): Promise<string> {
  return `http://127.0.0.1:${(await program.line(text)).split(" ").at(-1)}`;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("requests that arrive when the drain ends are answered", () => {
  /** A kept connection, with one request behind it. */
  async function keptConnection(base: string) {
    const wire = await openWire(base);
    wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await wire.received("Hello");
    return wire;
  }

  const ANSWERED = /^HTTP\/1.1 200[\s\S]*Hello$/;

  /** Requests on new connections, which the kernel takes while the service reads nothing. */
  async function openOthers(base: string) {
    const wires = await Promise.all(Array.from({ length: 20 }, () => openWire(base)));
    for (const wire of wires) wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    return wires;
  }

  test("while the event loop stands still", async () => {
    const released = join(await mkdtemp(join(tmpdir(), "hale-stall-")), "released");
    onTestFinished(() => rm(dirname(released), { recursive: true }));
    const program = start("stall", { args: ["block", released], env: KUBERNETES });
    const base = await baseOf(program);
    const kept = await keptConnection(base);
    program.signal("SIGTERM");
    await program.line("blocks");
    kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const others = await openOthers(base);
    await writeFile(released, "");
    expect(await kept.ended).toMatch(/Hello[\s\S]*Connection: close[\s\S]*Hello$/);
    for (const other of others) expect(await other.ended).toMatch(ANSWERED);
    expect(await program.ended).toMatchObject({ code: 0 });
  });

  test("while the process is stopped", async () => {
    const program = start("stall", { args: ["stop"], env: KUBERNETES });
    const base = await baseOf(program);
    const kept = await keptConnection(base);
    program.signal("SIGTERM");
    const status = `/proc/${program.child.pid}/status`;
    await until("it to stop", () => /^State:\s+T/m.test(readFileSync(status, "utf8")));
    // The least time of the drain passes meanwhile.
    await pause(700);
    kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const others = await openOthers(base);
    program.signal("SIGCONT");
    expect(await kept.ended).toMatch(/Hello[\s\S]*Hello$/);
    for (const other of others) expect(await other.ended).toMatch(ANSWERED);
    expect(await program.ended).toMatchObject({ code: 0 });
  });
});

test("an end by other code is an error line, with the place and what was not run", async () => {
  const program = start("exit-by-others", { env: KUBERNETES });
  await program.line("listens");
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  expect(lines).toContain(
    "hale: other code listens to SIGTERM too: flushTelemetry; if it ends the process, the shutdown is cut short",
  );
  expect(lines.at(-1)).toMatch(
    /^hale: the process was ended while draining, exit code 0, by process\.exit\(0\) at .*exit-by-others\.mjs:\d+:\d+\)?; not finished: onStop "feeds", onClose "database"$/,
  );
});

test("process.exitCode is kept", async () => {
  const program = start("exit-code");
  await program.line("works");
  program.signal("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 3 });
});

describe("a service that is told to end while it starts, and listens later, ends with 0 and all hooks", () => {
  const KINDS = ["http", "http2", "fastify", "fastify4", "nest", "nest over fastify"];
  const APPS = KINDS.slice(2);

  test.each(
    KINDS.flatMap((kind) => [
      // Fastify looks this name up after it has begun to listen, and then reads its address.
      [kind, "closing", "localhost"],
      [kind, "draining", "127.0.0.1"],
    ]),
  )("%s, while it is %s, at %s", async (...args) => {
    const program = start("late-listen", { args });
    await program.line("starts");
    program.signal("SIGTERM");
    const { code, lines } = await program.ended;
    const said = lines.map((line) => line.replace(/\d+ ms$/, "… ms"));
    expect(said).toContainEqual(expect.stringMatching(/^listened on port \d+$/));
    expect(said).toContain('hale: onClose "database" finished in … ms');
    expect(said.filter((line) => line === "the app is closed")).toHaveLength(
      APPS.includes(args[0] as string) ? 1 : 0,
    );
    expect(said.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 0$/);
    expect(code).toBe(0);
  });
});

test("a server that is fed by emit() ends its kept connections, answers what is in flight, and ends with 0", async () => {
  const program = start("fed-by-emit");
  const base = await baseOf(program);
  const kept = await openWire(base);
  kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await kept.received("Hello");
  const slow = ask(base, "GET", "/slow");
  await program.line("came /slow");
  program.signal("SIGTERM");
  expect(await slow).toMatchObject({ status: 200, body: "whole" });
  expect(await kept.ended).toMatch(/Hello$/);
  const { code, lines } = await program.ended;
  expect(lines.filter((line) => line.includes("cut off"))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 0$/);
  expect(code).toBe(0);
});

describe("event streams whose clients come back", () => {
  /** Subscribes as EventSource does: again and again, until the connection is refused. */
  async function subscribe(base: string): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const body = await new Promise<string | undefined>((resolve) => {
        const client = request(base, { agent: false }, (response) => {
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("close", () => resolve(text));
        });
        client.on("error", () => resolve(undefined));
        client.end();
      });
      if (body === undefined) return bodies;
      bodies.push(body);
    }
  }

  test.each(["hook", "signal"])("end with the port, by a %s", async (by) => {
    const program = start("sse", { args: [by], env: KUBERNETES });
    const subscribed = subscribe(await baseOf(program));
    await program.line("subscribed");
    program.signal("SIGTERM");
    const { code, lines } = await program.ended;
    expect(await subscribed).toEqual(["data: hello\n\ndata: bye\n\n"]);
    expect(lines.filter((line) => line.includes("cut off"))).toEqual([]);
    expect(code).toBe(0);
  });
});

test("two healths of one process end together, when the last one has finished", async () => {
  const program = start("two-healths");
  const base = await baseOf(program, "slow serves on");
  const reply = ask(base, "GET", "/");
  await program.line("came to slow");
  program.signal("SIGTERM");
  await program.line("shutdown finished");
  program.signal("SIGUSR2");
  expect(await reply).toMatchObject({ status: 200, body: "whole" });
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  expect(lines.filter((line) => /onClose "(?:quick|slow)" finished/.test(line))).toHaveLength(2);
});

test("a database is open until the requests have ended on a server that the shutdown of another health was given", async () => {
  const program = start("guest-health");
  const base = await baseOf(program);
  const reply = ask(base, "GET", "/work");
  await program.line("came /work");
  program.signal("SIGTERM");
  await program.line("drain finished", 2);
  program.signal("SIGUSR2");
  expect(await reply).toMatchObject({ status: 200, body: "database is open" });
  const { code, lines } = await program.ended;
  expect(lines).toContainEqual(expect.stringMatching(/onClose "database" finished/));
  expect(code).toBe(0);
});

test("a hook whose answer came while the loop stood still is in time", async () => {
  const program = start("hook-after-stall");
  await program.line("works");
  program.signal("SIGTERM");
  const { code, lines } = await program.ended;
  expect(lines).toContain("blocks");
  expect(lines.join("\n")).toMatch(/onClose "database" finished/);
  expect(code).toBe(0);
});

test.each([
  ["fetch", ""],
  ["fetch", "/shop"],
  ["next", ""],
  ["next", "/shop"],
])(
  "probes that hale/%s answers behind a server of Node, below %j, are no traffic, and the drain ends once its prober has its 503s",
  async (adapter, prefix) => {
    const program = start("fetch-bridge", { args: [adapter, prefix] });
    const base = await baseOf(program);
    let asks = true;
    const statuses: number[] = [];
    const prober = (async () => {
      while (asks) {
        const headers = { "user-agent": "GoogleHC/1.0" };
        const path = `${prefix}/health/ready`;
        const reply = await ask(base, "GET", path, { headers }).catch(() => undefined);
        if (reply === undefined) return;
        statuses.push(reply.status);
        await pause(50);
      }
    })();
    await expect.poll(() => statuses.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(3);
    program.signal("SIGTERM");
    const { code, lines } = await program.ended;
    asks = false;
    await prober;
    expect(code).toBe(0);
    const log = lines.join("\n");
    expect(log).toMatch(/waiting for every recent prober \(1\)/);
    expect(log).toMatch(/drain finished in .*: every recent prober \(1\) received 3 × 503/);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(3);
  },
);

test("a single request for readiness holds nothing up, and the log says so at the start", async () => {
  const program = startProgram("test/shutdown/programs/service.mjs");
  const base = await baseOf(program);
  expect((await ask(base, "GET", "/readyz")).status).toBe(200);
  program.signal("SIGINT");
  const { code, lines } = await program.ended;
  expect(code).toBe(0);
  expect(lines).toContain(
    "hale: shutdown started: SIGINT; nothing to wait for: no recurring prober and no application request in the last minute",
  );
});
