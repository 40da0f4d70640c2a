import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openServer } from "../../src/server/internal/probe-server.ts";
import { LIMITS } from "../../src/server/internal/server-limits.ts";
import { ask } from "../_support/ask.ts";
import { type Attacked, HEALTHY, sendRaw, startUnderAttack } from "../_support/hostile.ts";
import { openIdle } from "../_support/idle-clients.ts";
import { startProgram } from "../_support/program.ts";
import { repliesOf } from "../_support/replies.ts";
import { openWire } from "../_support/socket.ts";
import { withProgram } from "../server/probe-thread/_program.ts";
import { until } from "../servers/_until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const PROBE = "GET /health/deep HTTP/1.1\r\nHost: a\r\n\r\n";
const LAST = PROBE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");

async function start(way: string): Promise<Attacked> {
  const server = await startUnderAttack(way);
  ends.push(() => server.close());
  return server;
}

async function wire(base: string) {
  const opened = await openWire(base);
  ends.push(() => opened.destroy());
  return opened;
}

/** Sends sixteen requests at a time, so many times, each once the answers to those before have come. */
async function converse(base: string, rounds: number) {
  const opened = await wire(base);
  for (let round = 1; round <= rounds; round++) {
    opened.send(PROBE.repeat(16));
    await opened.count("HTTP/1.1 200", round * 16);
  }
  return opened;
}

describe.each(["listen", "listen, with a thread"])("the server of %s", (way) => {
  test("answers sixteen requests that come at once, in their order", async () => {
    const { base } = await start(way);
    const bytes = PROBE.repeat(15) + LAST.replace("/health/deep", "/other");
    const replies = repliesOf(await sendRaw(base, bytes));
    expect(replies.map(({ status }) => status)).toEqual([...Array(15).fill(200), 404]);
  });

  test("ends a connection that sends more at once, and answers none of them", async () => {
    const { base } = await start(way);
    expect(await sendRaw(base, PROBE.repeat(16) + LAST)).toBe("");
    expect(await sendRaw(base, PROBE.repeat(2000))).toBe("");
    expect(await ask(base, "GET", "/health/deep")).toMatchObject({ status: 200, body: HEALTHY });
  });

  test("answers as many on one connection as come, sixteen at a time", async () => {
    const { base } = await start(way);
    const { ended, send } = await converse(base, 50);
    send(LAST);
    const replies = repliesOf(await ended);
    expect(replies).toHaveLength(50 * 16 + 1);
    expect(new Set(replies.map(({ status, body }) => `${status} ${body}`))).toEqual(
      new Set([`200 ${HEALTHY}`]),
    );
  });

  test("ends who asks again and again, and reads nothing", async () => {
    const { base } = await start(way);
    const slow = await wire(base);
    slow.pause();
    let over = false;
    void slow.ended.then(() => {
      over = true;
    });
    // What the kernels hold is some megabytes, and an answer a few hundred bytes.
    for (let round = 0; round < 100_000 && !over; round++) {
      slow.send(PROBE.repeat(16));
      await new Promise(setImmediate);
    }
    expect(over).toBe(true);
    expect(await ask(base, "GET", "/health/deep")).toMatchObject({ status: 200, body: HEALTHY });
  });
});

test("a client that takes nothing of a long answer is cut off, and one that takes it is not", async () => {
  const body = "a".repeat(20_000_000);
  const limits = { ...LIMITS, connectionsCheckingInterval: 10, unreadTimeout: 100 };
  const { port, close } = await openServer(
    () => ({ status: 200, headers: { "Content-Length": String(body.length) }, body }),
    { port: 0, host: "127.0.0.1" },
    limits,
  );
  ends.push(close);
  const base = `http://127.0.0.1:${port}`;
  const reading = await wire(base);
  reading.send(LAST);
  expect((await reading.ended).length).toBeGreaterThan(body.length);
  const slow = await wire(base);
  slow.pause();
  slow.send(PROBE);
  let over = false;
  void slow.ended.then(() => {
    over = true;
  });
  await until("it is cut off", () => {
    // A client that reads nothing sees by what it sends that it was.
    slow.send("a");
    return over;
  });
});

/** A program that serves probes, within so many descriptors. */
async function serveWithin(descriptors: number, thread: boolean): Promise<string> {
  const program = join(import.meta.dirname, "programs/few-descriptors.mjs");
  const command = `ulimit -n ${descriptors} && exec "$0" "$@"`;
  const child: ChildProcess = spawn(
    "sh",
    ["-c", command, process.execPath, program, String(thread)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  ends.push(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  const [url] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return String(url).trim();
}

test.each([false, true])(
  "with 64 descriptors and 150 idle connections, every probe is answered (thread: %s)",
  async (thread) => {
    const base = await serveWithin(64, thread);
    const clients = await openIdle(base, 150);
    ends.push(() => clients.stop());
    for (let probe = 0; probe < 8; probe++) {
      expect((await ask(base, "GET", "/livez")).status).toBe(200);
    }
    await until("no more than a quarter are open", async () => (await clients.open()) <= 16);
  },
);

/** Sends bytes over a connection of its own and reads nothing; resolves once the server has taken or refused them. */
async function sendUnread(base: string, bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(base).port), "127.0.0.1").pause();
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.write(bytes, () => resolve());
    // Where they wait for a server that reads no more.
    socket.setTimeout(500, () => resolve());
    socket.once("close", () => resolve());
  });
  return socket;
}

test.each([60, 100])(
  "%i connections with 200 KB of requests at once, unread, neither end the thread nor keep a probe from its answer",
  (connections) =>
    withProgram({}, async (program) => {
      const base = await program.url();
      await until("it is ready", async () => (await ask(base, "GET", "/readyz")).status === 200);
      const head = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
      const bytes = head.repeat(200_000 / head.length);
      const statuses: number[] = [];
      for (let round = 0; round < 8; round++) {
        const strangers = Array.from({ length: connections }, () => sendUnread(base, bytes));
        for (let probe = 0; probe < 5; probe++) {
          statuses.push((await ask(base, "GET", "/livez")).status);
          statuses.push((await ask(base, "GET", "/readyz")).status);
        }
        for (const stranger of await Promise.all(strangers)) stranger.destroy();
      }
      expect(statuses).toEqual(Array(80).fill(200));
      expect(program.lines.filter((line) => line.includes("probe thread"))).toEqual([]);
    }),
);

/** A program that closes a listener with a thread again and again under clients that pipeline, and its output. */
function closeUnderLoad(...args: readonly string[]) {
  return startProgram(join(import.meta.dirname, "programs/closed-under-load.mjs"), { args });
}

test("a listener with a thread is closed and opened again and again under clients that pipeline", async () => {
  const { code, signal, lines } = await closeUnderLoad("15").ended;
  expect([code, signal, lines]).toEqual([0, null, ["closed 15 times"]]);
});

test("SIGTERM under clients that pipeline at the thread ends with 0, after the hooks", async () => {
  const program = closeUnderLoad("1", "graceful");
  await program.line("waits for a signal");
  program.signal("SIGTERM");
  const { code, signal, lines } = await program.ended;
  expect([code, signal]).toEqual([0, null]);
  expect(lines).toContainEqual(
    expect.stringMatching(/^hale: onClose "database" finished in \d+ ms$/),
  );
  expect(lines.at(-1)).toMatch(/^hale: shutdown finished in .*, exit code 0$/);
});
