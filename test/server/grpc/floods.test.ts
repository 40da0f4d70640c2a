import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Server, type Socket } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { GrpcHealthClient } from "../../_support/grpc-health-client.ts";
import { requestAbout } from "../../_support/raw-grpc.ts";
import { until } from "../../servers/_until.ts";
import { DATA, END_HEADERS, END_STREAM, frame, HEADERS, headerBlock, OPENING } from "./_frames.ts";
import { startGrpc } from "./_start.ts";

/** Milliseconds that a probe waits; a limit, not an expectation. */
const PATIENCE = 30_000;

const PROBES = 20;

/** The frames of a call, without the end of its request where `whole` is false. */
function call(stream: number, path: string, whole = true): Buffer {
  const head = headerBlock([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", `/grpc.health.v1.Health/${path}`],
    [":authority", "a"],
    ["content-type", "application/grpc"],
  ]);
  return Buffer.concat([
    frame(HEADERS, END_HEADERS, stream, head),
    ...(whole ? [frame(DATA, END_STREAM, stream, requestAbout("liveness"))] : []),
  ]);
}

function calls(count: number, path: string, whole?: boolean): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, index) => call(2 * index + 1, path, whole)),
  );
}

/**
 * What strangers do, each on a connection of its own: how many they are, what each writes, whether it reads, and the
 * most Watches that may stay.
 */
const FLOODS: readonly (readonly [
  what: string,
  connections: number,
  bytes: Buffer,
  reads: boolean,
  mostWatches: number,
])[] = [
  ["60 × 200 Checks at once, unread", 60, Buffer.concat([OPENING, calls(200, "Check")]), false, 0],
  ["60 × 200 Checks at once, read", 60, Buffer.concat([OPENING, calls(200, "Check")]), true, 0],
  ["60 × 128 Watches", 60, Buffer.concat([OPENING, calls(128, "Watch")]), true, 2048],
  [
    "60 × 128 requests without an end",
    60,
    Buffer.concat([OPENING, calls(128, "Check", false)]),
    true,
    0,
  ],
  ["400 × a preface that does not end", 400, OPENING.subarray(0, 10), true, 0],
  ["400 × a preface and nothing else", 400, OPENING, true, 0],
  ["400 × nothing", 400, Buffer.alloc(0), true, 0],
];

/** Opens connections that do that, and returns those that are still open, at any time. */
async function flood(port: number, count: number, bytes: Buffer, reads: boolean) {
  const sockets = new Set<Socket>();
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let opened = 0; opened < count; opened++) {
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (reads) socket.resume();
    await once(socket, "connect");
    socket.write(bytes);
  }
  return sockets;
}

/** Returns a function for the server's own count of its connections: a client that reads nothing does not see their end. */
async function countConnections(port: number): Promise<() => Promise<number>> {
  const server = await new Promise<Server>((resolve) => {
    const listener = (message: unknown) => {
      const { socket } = message as { socket: Socket & { readonly server: Server } };
      if (socket.localPort !== port) return;
      unsubscribe("net.server.socket", listener);
      resolve(socket.server);
    };
    subscribe("net.server.socket", listener);
    const socket = connect(port, "127.0.0.1", () => socket.destroy());
  });
  return promisify<number>((done) => server.getConnections(done));
}

/** Sends probes one after another, each on a connection of its own, and returns how many were missed. */
async function missed(port: number): Promise<number> {
  let count = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    const client = new GrpcHealthClient(`127.0.0.1:${port}`);
    if ((await client.check("liveness", { timeout: PATIENCE })) !== "SERVING") count++;
    client.close();
  }
  return count;
}

test.each(FLOODS)(
  "%s: no probe is missed, and no more clients stay than may",
  { timeout: 120_000 },
  async (_, count, bytes, reads, mostWatches) => {
    const { port, watches } = await startGrpc({ connections: 48 });
    const connections = await countConnections(port);
    await flood(port, count, bytes, reads);
    expect(await missed(port)).toBe(0);
    // The prober's own connections have taken the place of the oldest.
    await until("the rest is ended", async () => (await connections()) <= 48);
    expect(watches.size).toBeLessThanOrEqual(mostWatches);
  },
);

test("clients that begin no HTTP/2, or answer no PING, are ended, and a prober beside them is not", async () => {
  const { port, open } = await startGrpc({ pingPace: 100 });
  const prober = await open();
  const strangers = new Set([
    ...(await flood(port, 50, OPENING.subarray(0, 10), true)),
    ...(await flood(port, 50, OPENING, true)),
    ...(await flood(port, 50, Buffer.alloc(0), true)),
  ]);
  await until("all strangers are ended", () => [...strangers].every(({ closed }) => closed));
  expect([prober.closed, prober.destroyed]).toEqual([false, false]);
  expect(await missed(port)).toBe(0);
});

test("a preface that comes byte by byte keeps nobody else waiting", async () => {
  const { port } = await startGrpc({ connections: 64 });
  const slow = await flood(port, 60, Buffer.alloc(0), true);
  let count = 0;
  for (const byte of OPENING) {
    for (const socket of slow) socket.write(Uint8Array.of(byte));
    if (byte === 0x0a) count += await missed(port);
  }
  expect(count).toBe(0);
});
