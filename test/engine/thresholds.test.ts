import { expect, test } from "vitest";
import type { OutcomeStatus, Status } from "../../src/contract/check.ts";
import type { CheckSettings } from "../../src/engine/settings.ts";
import { applyThresholds, NO_RUNS, type ThresholdState } from "../../src/engine/thresholds.ts";

type Thresholds = Pick<CheckSettings, "failureThreshold" | "successThreshold">;

const ONCE: Thresholds = { failureThreshold: 1, successThreshold: 1 };
const SLOW: Thresholds = { failureThreshold: 3, successThreshold: 2 };

function after(outcomes: readonly OutcomeStatus[], thresholds: Thresholds): ThresholdState {
  return outcomes.reduce((tally, outcome) => applyThresholds(tally, outcome, thresholds), NO_RUNS);
}

test.each<[OutcomeStatus[], Thresholds, Status]>([
  [[], ONCE, "unknown"],
  [["up"], SLOW, "up"],
  [["degraded"], SLOW, "degraded"],
  [["down"], SLOW, "down"],
  [["up", "down"], ONCE, "down"],
  [["up", "down", "up"], ONCE, "up"],
  [["up", "down", "down"], SLOW, "up"],
  [["up", "down", "down", "down"], SLOW, "down"],
  [["up", "down", "down", "up", "down", "down"], SLOW, "up"],
  [["up", "down", "down", "degraded", "down", "down"], SLOW, "degraded"],
  [["down", "up"], SLOW, "down"],
  [["down", "up", "up"], SLOW, "up"],
  [["down", "up", "degraded"], SLOW, "degraded"],
  [["down", "up", "down", "up"], SLOW, "down"],
  [["up", "degraded"], SLOW, "degraded"],
  [["degraded", "up"], SLOW, "up"],
])("after %j with thresholds %j the state is %s", (outcomes, thresholds, status) => {
  expect(after(outcomes, thresholds).status).toBe(status);
});

test("runs that agree with the state start the count again", () => {
  expect(after(["up", "down", "down", "up"], SLOW).against).toBe(0);
});
