import cluster from "node:cluster";
import { HaleError } from "../contract/errors.ts";
import type { Health, ReportOptions } from "../contract/health.ts";
import { badName, badOption } from "../contract/misuse.ts";
import {
  milliseconds,
  oneOf,
  RECORD,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import { notePrimaryHealth } from "../contract/primary-health.ts";
import { type HealthInternals, INTERNALS, internalsOf } from "../health-internals.ts";
import { holdProcess } from "../lifecycle/hold-process.ts";
import { whenReady } from "../lifecycle/when-ready.ts";
import { ClusterReporter, type ClusterSettings, nameOfSlot } from "./cluster-reporter.ts";
import { CLUSTER_RULES, type ClusterRule } from "./cluster-rules.ts";
import type { Workers } from "./follow-workers.ts";
import { BEAT } from "./report-to-primary.ts";
import { reportChanges, watchWorkers } from "./watch-workers.ts";
import { WorkerSlots } from "./worker-slots.ts";

/** The options of {@link clusterHealth}. */
export interface ClusterOptions {
  /** The number of workers that there shall be. */
  workers: number;
  /**
   * The workers that must pass a probe: all (`"all"`), more than half (`"quorum"`), or one, with
   * each telling for itself in deep (`"any"`).
   *
   * @default "all"
   */
  rule?: ClusterRule | undefined;
  /**
   * Milliseconds without a report after which a worker is not ready, and after which it is not
   * alive, which is the longer time.
   *
   * @default { readiness: 5000, liveness: 30000 }
   */
  reportTimeout?: { readiness?: number | undefined; liveness?: number | undefined } | undefined;
}

const RULES: Rules<ClusterOptions> = {
  workers: wholeNumber(1, 128),
  rule: oneOf(CLUSTER_RULES),
  reportTimeout: RECORD,
};

const REPORT_TIMEOUT_RULES: Rules<NonNullable<ClusterOptions["reportTimeout"]>> = {
  readiness: milliseconds(2 * BEAT),
  liveness: milliseconds(2 * BEAT),
};

/**
 * The health of a whole cluster, for its primary: the primary's own, and what its workers report
 * with `reportToPrimary()`. Give it to `listen()`, `gracefulShutdown()` and every adapter, which refuse the primary's own.
 *
 * @throws `HALE_NOT_THE_PRIMARY`, `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, and
 *   `HALE_BAD_NAME` for a check of the primary that is named as a worker
 * @example
 * ```ts
 * import cluster from "node:cluster";
 * import { createHealth } from "hale";
 * import { clusterHealth, listen } from "hale/node";
 *
 * if (cluster.isPrimary) {
 *   const health = clusterHealth(createHealth(), { workers: 2, rule: "quorum" });
 *   await listen(health, { port: 0, host: "127.0.0.1" });
 * }
 * ```
 */
export function clusterHealth(health: Health, options: ClusterOptions): Health {
  const parts = internalsOf("clusterHealth()", health);
  if (parts.cluster) {
    const expected = "the own health of the primary";
    throw badOption("clusterHealth()", "health", expected, "what clusterHealth() returned");
  }
  validateOptions("clusterHealth()", options ?? {}, RULES);
  const { workers, rule = "all", reportTimeout = {} } = options ?? {};
  requireOption("clusterHealth()", "workers", workers, RULES.workers);
  validateOptions("reportTimeout", reportTimeout, REPORT_TIMEOUT_RULES);
  const { liveness = 30_000 } = reportTimeout;
  const { readiness = Math.min(5000, liveness) } = reportTimeout;
  requireOption("reportTimeout", "readiness", readiness, {
    expected: `${liveness}, which is "liveness", or less`,
    accepts: () => readiness <= liveness,
  });
  for (const { settings } of parts.engine.runners) {
    if (/^worker-\d+$/.test(settings.name)) throw badName(settings.name);
  }
  if (!cluster.isPrimary) {
    const message =
      "clusterHealth() is for the primary of node:cluster, and this process is a worker. Call it where cluster.isPrimary is true; under pm2, whose primary is a daemon, give the health of each process to attach() or listen() on a port of its own.";
    throw new HaleError("HALE_NOT_THE_PRIMARY", message);
  }
  notePrimaryHealth(health);
  warnOfLongBody(parts, workers);
  return composeCluster(health, { workers, rule, reportTimeout: { readiness, liveness } }, cluster);
}

/** Warns of workers whose lines would make the body of deep too long, also while a reload doubles them. */
function warnOfLongBody({ warnOfLongBodies }: HealthInternals, workers: number): void {
  warnOfLongBodies(Array.from({ length: 2 * workers }, (_, index) => nameOfSlot(index)));
}

/**
 * Puts the health of the primary and those of its workers together.
 *
 * @internal
 */
export function composeCluster(health: Health, settings: ClusterSettings, from: Workers): Health {
  const own = internalsOf("clusterHealth()", health);
  const slots = new WorkerSlots(settings.workers);
  const reporter = new ClusterReporter(own.reporter, slots, settings);
  const parts: HealthInternals = {
    ...own,
    reporter,
    cluster: true,
    handler: (overrides) => own.handler({ reporter, ...overrides }),
  };
  const stop = watchWorkers(
    from,
    slots,
    own.clock,
    reportChanges(slots, parts, settings, reporter),
  );
  const composed: Health & { readonly [INTERNALS]: HealthInternals } = {
    ...health,
    [INTERNALS]: parts,
    async report(probe, asked = {}) {
      const check = (asked as ReportOptions | null)?.check;
      const mine =
        check !== undefined && reporter.has(probe, check) && !own.reporter.has(probe, check);
      // What is wrong with a question is told by the health that is asked.
      await health.report(probe, mine ? { ...asked, check: undefined } : asked);
      const { exclude = [] } = asked;
      return (await reporter.refresh({ probe, check, exclude })).report();
    },
    handle: parts.handler({}),
    whenReady(waitOptions) {
      const ready = holdProcess(whenReady(parts, waitOptions));
      // Who does not wait for it must not be ended by it.
      ready.catch(() => {});
      return ready;
    },
    async close() {
      stop();
      await health.close();
    },
  };
  return composed;
}
