import { expect, test } from "vitest";
import { reportIn, toMessage, type WorkerReport } from "../../src/cluster/cluster-message.ts";

const UP = { status: "up" } as const;
const REPORT: WorkerReport = {
  phase: "serving",
  verdicts: { liveness: UP, readiness: UP, startup: UP, deep: UP },
};

test("a report arrives as it was sent", () => {
  expect(reportIn(JSON.parse(JSON.stringify(toMessage(REPORT))))).toEqual(REPORT);
});

test.each<[unknown]>([
  ["shutdown"],
  [null],
  [undefined],
  [7],
  [{}],
  [{ hale: REPORT }],
  [REPORT],
  [{ "hale:cluster": null }],
  [{ "hale:cluster": { phase: "serving" } }],
  [{ "hale:cluster": { phase: "serving", verdicts: { liveness: UP } } }],
])("%j is a message of the application", (message) => {
  expect(reportIn(message)).toBeUndefined();
});
