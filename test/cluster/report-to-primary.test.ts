import { EventEmitter } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import {
  INTERNAL_MESSAGE,
  toAckMessage,
  type WorkerReport,
} from "../../src/cluster/cluster-message.ts";
import { reportThrough } from "../../src/cluster/report-to-primary.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { serve } from "../_support/compose.ts";

/** A worker whose reports a test reads, and which it acknowledges by hand. */
async function workerOfTest() {
  const { health, clock, lines } = await serve();
  const reports: WorkerReport[] = [];
  const channel = Object.assign(new EventEmitter(), {
    connected: true,
    send(message: { report: WorkerReport }) {
      reports.push(message.report);
      return true;
    },
  });
  const stop = reportThrough(channel, internalsOf("test", health));
  onTestFinished(stop);
  const acknowledge = () => void channel.emit(INTERNAL_MESSAGE, toAckMessage());
  return {
    clock,
    reports,
    channel,
    acknowledge,
    stop,
    warnings: () => lines.map(([, line]) => line),
  };
}

const WARNING = expect.stringContaining("the primary did not answer the reports of this worker");

test("a worker warns once of a primary that acknowledges no report", async () => {
  const { clock, warnings } = await workerOfTest();
  await clock.advance(9999);
  expect(warnings()).toEqual([]);
  await clock.advance(60_000);
  expect(warnings()).toEqual([WARNING]);
});

test("a report says whether an earlier one was acknowledged", async () => {
  const { clock, reports, acknowledge, warnings } = await workerOfTest();
  await clock.advance(0);
  acknowledge();
  await clock.advance(20_000);
  expect(reports.slice(0, 3).map(({ acknowledged }) => acknowledged)).toEqual([false, true, true]);
  expect(warnings()).toEqual([]);
});

test("an acknowledgement that came while the worker was blocked is read before the warning", async () => {
  const { clock, acknowledge, warnings } = await workerOfTest();
  await clock.advance(0);
  // The loop reads the channel after its late timers, of which that of the warning is the first.
  clock.after(10_000, acknowledge);
  clock.stall(10_000);
  await clock.advance(20_000);
  expect(warnings()).toEqual([]);
});

test.each(["is stopped", "has lost its channel"])(
  "a worker that %s warns of nothing",
  async (how) => {
    const { clock, channel, stop, warnings } = await workerOfTest();
    await clock.advance(5000);
    if (how === "is stopped") stop();
    else channel.connected = false;
    await clock.advance(20_000);
    expect(warnings()).toEqual([]);
  },
);
