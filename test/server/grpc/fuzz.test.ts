import { connect } from "node:net";
import { expect, test } from "vitest";
import { callRaw, requestAbout } from "../../_support/raw-grpc.ts";
import { until } from "../../servers/_until.ts";
import { DATA, END_HEADERS, frame, HEADERS, headerBlock, OPENING } from "./_frames.ts";
import { fuzzFrames } from "./_fuzz.ts";
import { startGrpc } from "./_start.ts";

// Node 20.19 keeps a connection that it has refused until the server ends it for want of a PING's acknowledgement.
test.each([1, 2, 3])(
  "2,000 frames of seed %i, many of them broken, harm no other client",
  async (seed) => {
    const { port, open, watches } = await startGrpc({ pingPace: 1000 });
    const bystander = await open();
    const tally = await fuzzFrames(port, 2000, seed);
    // The server has seen both: what it ends a connection for, and what it does not.
    expect(tally.refused).toBeGreaterThan(20);
    expect(tally.connections - tally.refused).toBeGreaterThan(20);
    await until("the Watches of those clients are gone", () => watches.size === 0);
    const { status } = await callRaw(bystander, {}, requestAbout("liveness"));
    expect(status).toBe("0");
  },
);

test("a call right after a GOAWAY with an error, in one segment, harms no other client", async () => {
  const { port, open } = await startGrpc();
  const bystander = await open();
  const head = headerBlock([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/grpc.health.v1.Health/Check"],
    [":authority", "a"],
  ]);
  const goaway = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
  const frames = [
    frame(7, 0, 0, goaway),
    frame(HEADERS, END_HEADERS, 1, head),
    frame(DATA, 0, 1, Buffer.from("hello")),
  ];
  await new Promise<void>((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.resume();
    socket.end(Buffer.concat([OPENING, ...frames]));
  });
  const { status } = await callRaw(bystander, {}, requestAbout("liveness"));
  expect(status).toBe("0");
});
