import { expect, test, vi } from "vitest";
import { type ClusterOptions, clusterHealth } from "../../src/cluster/cluster-health.ts";
import { createHealth } from "../../src/health.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const named = (...names: string[]) =>
  createHealth({
    logger: false,
    checks: Object.fromEntries(names.map((name) => [name, async () => {}])),
  });

const errorOf = (options: object | undefined, health = named()) =>
  haleErrorOf(() => clusterHealth(health, options as ClusterOptions));

test.each<[string, string, object | undefined]>([
  ["HALE_BAD_OPTION", "workers", undefined],
  ["HALE_BAD_OPTION", "workers", {}],
  ["HALE_BAD_OPTION", "workers", { workers: 0 }],
  ["HALE_BAD_OPTION", "workers", { workers: 129 }],
  ["HALE_BAD_OPTION", "rule", { workers: 2, rule: "wrost" }],
  ["HALE_BAD_OPTION", "reportTimeout", { workers: 2, reportTimeout: 5000 }],
  ["HALE_BAD_OPTION", "readiness", { workers: 2, reportTimeout: { readiness: 1999 } }],
  ["HALE_BAD_OPTION", "readiness", { workers: 2, reportTimeout: { readiness: 30_001 } }],
  [
    "HALE_BAD_OPTION",
    "readiness",
    { workers: 2, reportTimeout: { readiness: 5000, liveness: 4000 } },
  ],
  ["HALE_UNKNOWN_OPTION", "worker", { worker: 2 }],
])("%s names %s in %j", (code, option, options) => {
  const error = errorOf(options);
  expect(error.code).toBe(code);
  expect(error.message).toContain(`"${option}"`);
});

test("a rule that is none is shown", () => {
  expect(errorOf({ workers: 2, rule: "wrost" }).message).toMatch(
    /must be one of "all", "quorum", "any", but is "wrost"\.$/,
  );
});

test("a check that is named as a worker is refused", () => {
  expect(errorOf({ workers: 2 }, named("worker-3")).code).toBe("HALE_BAD_NAME");
});

test("more checks and workers than fit into the body of deep, twice as many in a reload, are warned of", async () => {
  // Its loading takes turns; afterwards what is measured first is logged first.
  await import("../../src/http/measure-bodies.ts");
  const warningsWith = (workers: number) => {
    const warnings: string[] = [];
    const logger = { info() {}, warn: (line: string) => warnings.push(line), error() {} };
    const checks = Array.from({ length: 80 }, (_, index) => `${index}`.padStart(64, "c"));
    const health = createHealth({
      logger,
      checks: Object.fromEntries(checks.map((name) => [name, async () => {}])),
    });
    clusterHealth(health, { workers });
    return warnings;
  };
  const [few, many] = [warningsWith(40), warningsWith(128)];
  await vi.waitFor(() => expect(many).toEqual([expect.stringContaining("over 10240")]), {
    timeout: 30_000,
  });
  expect(few).toEqual([]);
});

test("what cannot be asked with report() is refused as by any health", async () => {
  const health = clusterHealth(named(), { workers: 2 });
  await expect(health.report("deep", null as never)).rejects.toMatchObject({
    code: "HALE_BAD_OPTION",
  });
  await expect(health.report("deep", { chek: "a" } as never)).rejects.toMatchObject({
    code: "HALE_UNKNOWN_OPTION",
  });
  await health.close();
});
