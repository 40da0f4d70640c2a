import type { CheckOptions, Observation, Outcome } from "../../../contract/check.ts";
import type { Rule } from "../../../contract/options.ts";
import { type Limits, limitsRule, rateMeasured, timeLimitsRule } from "../common/limits.ts";

/** The options of the checks of all queues, besides those of every check. */
export interface QueueLimits extends CheckOptions {
  /**
   * From how many waiting jobs on it is degraded or down; delayed ones do not count.
   *
   * @default none
   */
  waiting?: Limits | undefined;
  /**
   * From how many failed jobs on it is degraded or down.
   *
   * @default none
   */
  failed?: Limits | undefined;
  /**
   * For how many milliseconds, at least 1000, the oldest job must have waited for it to be degraded or down. The check
   * then reads that job as well; `{}` only observes.
   *
   * @default none
   */
  oldest?: Limits | undefined;
}

/** The option of queues that know of their workers. */
export interface WorkerLimits {
  /**
   * With fewer workers than these, it is degraded or down. The check then reads the list of connections as
   * well; `{}` only observes.
   *
   * @default none
   */
  workers?: Limits | undefined;
}

const MOST_JOBS = 1_000_000_000;
const jobs = limitsRule({ what: "a number of jobs", least: 1, most: MOST_JOBS });

/** The rules of {@link QueueLimits}. */
export const QUEUE_RULES = {
  waiting: jobs,
  failed: jobs,
  oldest: timeLimitsRule(1000),
} as const satisfies Readonly<Record<string, Rule>>;

/** The rule of {@link WorkerLimits}. */
export const WORKER_RULE = limitsRule({
  what: "a number of workers",
  least: 1,
  most: 1_000_000,
  atLeast: true,
});

/** The figures of a queue. */
export interface QueueFindings {
  readonly waiting: number;
  readonly failed?: number | undefined;
  /** Milliseconds; 0 where no job waits. */
  readonly oldest?: number | undefined;
  readonly workers?: number | undefined;
}

/** Decides the outcome from the figures of a queue. */
export function outcomeOfQueue(
  { waiting, failed, oldest, workers }: QueueFindings,
  limits: QueueLimits & WorkerLimits,
): Outcome {
  const outcome = rateMeasured([
    { told: plural(waiting, "job waits", "jobs wait"), value: waiting, limits: limits.waiting },
    {
      told: plural(failed ?? 0, "job has failed", "jobs have failed"),
      value: failed ?? 0,
      limits: limits.failed,
    },
    {
      told: `The oldest job has waited for ${seconds(oldest ?? 0)}`,
      value: oldest ?? 0,
      limits: limits.oldest,
      tell: seconds,
    },
    {
      told: plural(workers ?? 0, "worker is present", "workers are present"),
      value: workers ?? 0,
      limits: limits.workers,
      atLeast: true,
    },
  ]);
  const observations: Record<string, Observation> = {
    waiting: { value: waiting, unit: "jobs" },
    ...(failed !== undefined && { failed: { value: failed, unit: "jobs" } }),
    ...(oldest !== undefined && { oldest: { value: oldest, unit: "ms" } }),
    ...(workers !== undefined && { workers: { value: workers, unit: "workers" } }),
  };
  return { ...outcome, observations };
}

/** The outcome of figures, or of a question that was refused. */
export function outcomeFrom(
  findings: QueueFindings | Outcome,
  limits: QueueLimits & WorkerLimits,
): Outcome {
  return "status" in findings ? findings : outcomeOfQueue(findings, limits);
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
