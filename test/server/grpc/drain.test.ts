import type { ClientHttp2Session } from "node:http2";
import { expect, test } from "vitest";
import { decodeCheckResponse } from "../../../src/grpc/messages.ts";
import { callRaw, requestAbout } from "../../_support/raw-grpc.ts";
import { until } from "../../servers/_until.ts";
import { startGrpc } from "./_start.ts";

const WATCH = { ":path": "/grpc.health.v1.Health/Watch" };

/** The statuses in the frames of a Watch. */
function statusesIn(body: Buffer): string[] {
  const statuses: string[] = [];
  for (let rest = body; rest.length > 0; ) {
    const end = 5 + rest.readUInt32BE(1);
    statuses.push(decodeCheckResponse(rest.subarray(5, end)));
    rest = rest.subarray(end);
  }
  return statuses;
}

test("a thousand Watches over ten connections are NOT_SERVING at the drain, and end", async () => {
  const { health, watches, open, close } = await startGrpc({}, { checks: {} });
  const sessions = await Promise.all(Array.from({ length: 10 }, open));
  const watched = sessions.flatMap((session: ClientHttp2Session) =>
    Array.from({ length: 100 }, () => callRaw(session, WATCH, requestAbout(""))),
  );
  await until("a thousand watch", () => watches.size === 1000);
  // The answer to a later call on each connection, so that its first messages are out.
  await Promise.all(sessions.map((session) => callRaw(session, {})));
  health.drain();
  expect(watches.size).toBe(0);
  const replies = await Promise.all(watched);
  const seen = new Set(
    replies.map(({ status, body, reset }) => [status, reset, ...statusesIn(body)].join(" ")),
  );
  expect([...seen]).toEqual(["14 0 SERVING NOT_SERVING"]);
  await close();
  expect(sessions.every(({ closed }) => closed)).toBe(true);
});

test("a server that closes in a process that stands still sends every Watch its end", async () => {
  const { watches, open, close } = await startGrpc();
  const session = await open();
  const watched = ["", "database", "none"].map((service) =>
    callRaw(session, WATCH, requestAbout(service)),
  );
  await until("three watch", () => watches.size === 3);
  await callRaw(session, {});
  const closed = close();
  // Longer than connections are left to close.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  await closed;
  const replies = await Promise.all(watched);
  expect(replies.map(({ status, reset }) => `${status} ${reset}`)).toEqual([
    "14 0",
    "14 0",
    "14 0",
  ]);
});
