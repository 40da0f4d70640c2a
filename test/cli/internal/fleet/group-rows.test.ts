import { expect, test } from "vitest";
import { groupRows } from "../../../../src/cli/internal/fleet/group-rows.ts";

test("a share of replicas is taken exactly: 29 of 100 are 29 %", () => {
  const samples = {
    ...{ expected: [], phases: [], failing: [], checked: [], alerts: [], alertsSince: [] },
    present: [{ labels: { job: "shop" }, value: 71 }],
    targets: [{ labels: { job: "shop" }, value: 100 }],
    ...{ down: [], replicas: undefined },
  };
  const rule = { by: ["job"], zoneLabel: "zone", matchers: [] };
  const healthyAt = (tolerate: number) =>
    groupRows(samples, { ...rule, tolerate }, []).map(({ healthy }) => healthy);
  expect(healthyAt(0.29)).toEqual([true]);
  expect(healthyAt(0.2899)).toEqual([false]);
});
