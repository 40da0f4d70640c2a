import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openServer } from "../../src/server/internal/probe-server.ts";
import { LIMITS } from "../../src/server/internal/server-limits.ts";
import { ask } from "../_support/ask.ts";
import { type Attacked, HEALTHY, sendRaw, startUnderAttack } from "../_support/hostile.ts";
import { openIdle } from "../_support/idle-clients.ts";
import { repliesOf } from "../_support/replies.ts";
import { openWire } from "../_support/socket.ts";
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

test("a listener with a thread is closed and opened again and again under clients that pipeline", async () => {
  const program = join(import.meta.dirname, "programs/closed-under-load.mjs");
  const child = spawn(process.execPath, [program, "15"], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  child.stderr.on("data", (text) => {
    output += text;
  });
  const [code, signal] = await once(child, "close");
  expect([code, signal, output]).toEqual([0, null, "closed 15 times\n"]);
});
