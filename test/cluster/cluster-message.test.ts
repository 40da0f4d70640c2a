import { expect, test } from "vitest";
import {
  isAck,
  ORDERS,
  orderIn,
  reportIn,
  toAckMessage,
  toMessage,
  toOrderMessage,
  type WorkerReport,
} from "../../src/cluster/cluster-message.ts";

const UP = { status: "up" } as const;
const REPORT: WorkerReport = {
  phase: "serving",
  verdicts: { liveness: UP, readiness: UP, startup: UP, deep: UP },
};

test("a report arrives as it was sent", () => {
  expect(reportIn(JSON.parse(JSON.stringify(toMessage(REPORT))))).toEqual(REPORT);
});

test.each(ORDERS)("the order %s arrives as it was sent", (order) => {
  const message = JSON.parse(JSON.stringify(toOrderMessage(order)));
  expect([orderIn(message), reportIn(message)]).toEqual([order, undefined]);
});

test("an acknowledgement is neither a report nor an order", () => {
  const messages = [toAckMessage(), toMessage(REPORT), toOrderMessage("drain"), undefined];
  expect(messages.map(isAck)).toEqual([true, false, false, false]);
  expect([orderIn(toAckMessage()), reportIn(toAckMessage())]).toEqual([undefined, undefined]);
});

const { cmd } = toMessage(REPORT) as { cmd: string };

test("Node keeps both from the application", () => {
  expect(cmd).toMatch(/^NODE_/);
});

test.each<[unknown]>([
  ["shutdown"],
  [null],
  [undefined],
  [7],
  [{}],
  [{ report: REPORT }],
  [REPORT],
  [{ cmd: "NODE_CLUSTER", report: REPORT, order: "close" }],
  [{ cmd, report: null }],
  [{ cmd, report: { phase: "serving" } }],
  [{ cmd, report: { phase: "serving", verdicts: { liveness: UP } } }],
  [{ cmd, order: "restart" }],
])("%j is neither", (message) => {
  expect([reportIn(message), orderIn(message)]).toEqual([undefined, undefined]);
});
