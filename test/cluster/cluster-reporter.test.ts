import { describe, expect, test } from "vitest";
import type { WorkerReport } from "../../src/cluster/cluster-message.ts";
import { ClusterReporter } from "../../src/cluster/cluster-reporter.ts";
import type { ClusterRule } from "../../src/cluster/cluster-rules.ts";
import { WorkerSlots } from "../../src/cluster/worker-slots.ts";
import type { OutcomeStatus } from "../../src/contract/check.ts";
import { PROBES, type Probe } from "../../src/contract/probe.ts";
import { internalsOf } from "../../src/health-internals.ts";
import { serve } from "../_support/compose.ts";

function reportOf(status: OutcomeStatus): WorkerReport {
  const verdict = { status };
  return {
    phase: "serving",
    verdicts: { liveness: verdict, readiness: verdict, startup: verdict, deep: verdict },
  };
}

/** A cluster whose workers have said this of every probe; `undefined` for one that says nothing. */
async function clusterOf(rule: ClusterRule, ...said: (OutcomeStatus | undefined)[]) {
  const { health } = await serve();
  const slots = new WorkerSlots(said.length);
  said.forEach((status, id) => {
    const member = { id, pid: 100 + id };
    slots.join(member);
    if (status !== undefined) slots.hear(member, reportOf(status));
  });
  const reportTimeout = { readiness: 5000, liveness: 30_000 };
  const reporter = new ClusterReporter(internalsOf("test", health).reporter, slots, {
    rule,
    workers: said.length,
    reportTimeout,
  });
  return async (probe: Probe, ...exclude: string[]) =>
    (await reporter.refresh({ probe, check: undefined, exclude })).report();
}

describe("a worker that is left out", () => {
  test.each(PROBES)("is neither shown nor counted in %s", async (probe) => {
    const ask = await clusterOf("all", "up", "down");
    expect((await ask(probe)).status).toBe("down");
    const { status, checks, phase } = await ask(probe, "worker-2");
    expect({ status, phase, names: checks.map(({ name }) => name) }).toEqual({
      status: "up",
      phase: "serving",
      names: ["worker-1"],
    });
    expect((await ask(probe, "worker-1")).status).toBe("down");
  });

  test("is not expected to be there either", async () => {
    const ask = await clusterOf("all", "up", undefined);
    expect((await ask("readiness")).status).toBe("down");
    expect(await ask("readiness", "worker-2")).toMatchObject({ status: "up", phase: "serving" });
  });

  test("counts for no majority", async () => {
    const ask = await clusterOf("quorum", "up", "up", "down", "down");
    expect((await ask("deep")).status).toBe("down");
    expect((await ask("deep", "worker-4")).status).toBe("degraded");
    expect((await ask("deep", "worker-1", "worker-2")).status).toBe("down");
  });

  test.each<ClusterRule>(["all", "quorum", "any"])(
    "may be the last one, after which the primary counts alone, by %s",
    async (rule) => {
      const ask = await clusterOf(rule, "down");
      expect((await ask("deep", "worker-1")).status).toBe("up");
    },
  );

  test("may have a name that nobody has", async () => {
    const ask = await clusterOf("all", "up", "down");
    expect((await ask("deep", "worker-3")).status).toBe("down");
  });
});
