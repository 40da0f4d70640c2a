import { expect, test } from "vitest";
import { callRaw, requestAbout } from "../../_support/raw-grpc.ts";
import { until } from "../../servers/_until.ts";
import { fuzzFrames } from "./_fuzz.ts";
import { startGrpc } from "./_start.ts";

test.each([1, 2, 3])(
  "2,000 frames of seed %i, many of them broken, harm no other client",
  async (seed) => {
    const { port, open, watches } = await startGrpc();
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
