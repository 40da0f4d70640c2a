import cluster from "node:cluster";
import { HaleError } from "../contract/errors.ts";
import type { Health, ReportOptions } from "../contract/health.ts";
import {
  milliseconds,
  oneOf,
  RECORD,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { ANY, requireWord } from "../contract/shown.ts";
import { Roster } from "../lifecycle/cluster-roster.ts";
import { CLUSTER_RULES, type ClusterRule } from "../lifecycle/cluster-rules.ts";
import type { Workers } from "../lifecycle/leader.ts";
import { PARTS, type Parts, partsOf } from "../lifecycle/parts.ts";
import { BEAT } from "../lifecycle/report-to-primary.ts";
import { whenReady } from "../lifecycle/when-ready.ts";
import { ClusterReporter, type ClusterSettings, nameOfPlace } from "./cluster-reporter.ts";
import { tellChanges, watchWorkers } from "./cluster-watch.ts";

/** What {@link clusterHealth} takes. */
export interface ClusterOptions {
  /** How many workers there shall be. */
  workers: number;
  /**
   * How many of them must pass a probe: all (`"worst"`), more than half (`"quorum"`), or one, with
   * each telling for itself in deep (`"each"`).
   *
   * @default "worst"
   */
  rule?: ClusterRule | undefined;
  /**
   * Milliseconds without a report after which a worker is not ready, and after which it is not
   * alive, which is the longer time.
   *
   * @default { readiness: 5000, liveness: 30000 }
   */
  silent?: { readiness?: number | undefined; liveness?: number | undefined } | undefined;
}

const RULES: Rules<ClusterOptions> = {
  workers: wholeNumber(1, 128),
  rule: ANY,
  silent: RECORD,
};

const RULE = oneOf(CLUSTER_RULES);

const SILENT_RULES: Rules<NonNullable<ClusterOptions["silent"]>> = {
  readiness: milliseconds(2 * BEAT),
  liveness: milliseconds(2 * BEAT),
};

/**
 * The health of a whole cluster, for its primary: the primary's own, and what its workers report
 * with `reportToPrimary()`. Give it to a way in, such as `listen()`, in place of the primary's.
 *
 * @throws `HALE_NOT_THE_PRIMARY`, `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_TOO_MANY_CHECKS`, and
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
  const parts = partsOf("clusterHealth()", health);
  validateOptions("clusterHealth()", options, RULES);
  const { workers, rule = "worst", silent = {} } = options;
  requireOption("clusterHealth()", "workers", workers, RULES.workers);
  requireWord("clusterHealth()", "rule", rule, RULE);
  validateOptions("silent", silent, SILENT_RULES);
  const { liveness = 30_000 } = silent;
  const { readiness = Math.min(5000, liveness) } = silent;
  requireOption("silent", "readiness", readiness, {
    expected: `${liveness}, which is "liveness", or less`,
    accepts: () => readiness <= liveness,
  });
  for (const { settings } of parts.engine.runners) {
    if (/^worker-\d+$/.test(settings.name)) throw new HaleError("HALE_BAD_NAME", settings.name);
  }
  if (!cluster.isPrimary) throw outerError("HALE_NOT_THE_PRIMARY");
  requireShortBody(parts, workers);
  return composeCluster(health, { workers, rule, silent: { readiness, liveness } }, cluster);
}

/** Bytes that the default body of deep may take; some load balancers read no more than this. */
const LARGEST_BODY = 10_239;

/** Refuses workers whose lines would make the body of deep too long, also while a reload doubles them. */
function requireShortBody({ engine }: Parts, workers: number): void {
  const names = [
    ...engine.runners.map(({ settings }) => settings.name),
    ...Array.from({ length: 2 * workers }, (_, index) => nameOfPlace(index)),
  ];
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const bytes = JSON.stringify({ status: "unhealthy", checks }).length;
  if (bytes > LARGEST_BODY) throw new HaleError("HALE_TOO_MANY_CHECKS", bytes, LARGEST_BODY);
}

/** Puts the health of the primary and those of its workers together. */
export function composeCluster(health: Health, settings: ClusterSettings, from: Workers): Health {
  const own = partsOf("clusterHealth()", health);
  const roster = new Roster(settings.workers);
  const reporter = new ClusterReporter(own.reporter, roster, settings);
  const parts: Parts = {
    ...own,
    reporter,
    cluster: true,
    handler: (answers) => own.handler(answers, reporter),
  };
  const stop = watchWorkers(
    from,
    roster,
    own.clock,
    tellChanges(roster, parts, settings, reporter),
  );
  const composed: Health & { readonly [PARTS]: Parts } = {
    ...health,
    [PARTS]: parts,
    async report(probe, asked = {}) {
      const check = (asked as ReportOptions | null)?.check;
      const mine =
        check !== undefined && reporter.has(probe, check) && !own.reporter.has(probe, check);
      // What is wrong with a question is told by the health that is asked.
      await health.report(probe, mine ? { ...asked, check: undefined } : asked);
      const { exclude = [] } = asked;
      return (await reporter.settle({ probe, check, exclude })).report();
    },
    handle: parts.handler({}),
    whenReady() {
      const ready = whenReady(parts);
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
