import type { Check } from "../contract/check.ts";
import { hasMethods } from "../contract/options.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { allAfterSettled } from "./internal/common/all-after-settled.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import {
  outcomeFrom,
  QUEUE_RULES,
  type QueueFindings,
  type QueueLimits,
  WORKER_RULE,
  type WorkerLimits,
} from "./internal/messaging/queue.ts";
import { commandRefused } from "./internal/redis/redis-refusals.ts";

/** A `Queue` of BullMQ, or of Bull, which came before it. */
export type BullmqClient = BullmqQueue | BullQueue;

/** The part of a `Queue` of Bull that this check calls. */
export interface BullQueue {
  getJobCounts(): PromiseLike<object>;
  getJobs(
    types: "waiting"[],
    start: number,
    end: number,
    ascending: boolean,
  ): PromiseLike<readonly BullmqJob[]>;
  getWorkers(): PromiseLike<readonly unknown[]>;
  isReady(): PromiseLike<unknown>;
}

/** The part of a `Queue` of BullMQ that this check calls. */
export interface BullmqQueue {
  getJobCounts(
    ...types: ("waiting" | "prioritized" | "failed")[]
  ): PromiseLike<Readonly<Record<string, number>>>;
  getJobs(
    types: ("waiting" | "prioritized")[],
    start: number,
    end: number,
    ascending: boolean,
  ): PromiseLike<readonly BullmqJob[]>;
  getWorkers(): PromiseLike<readonly unknown[]>;
}

interface BullmqJob {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Milliseconds for which it was not to run. */
  readonly delay?: number | undefined;
  /** The options that a job of Bull was made with. */
  readonly opts?: { readonly delay?: number | undefined };
}

/** The options of {@link bullmq}. */
export interface BullmqOptions extends QueueLimits, WorkerLimits {
  /** The queue that the service already uses. */
  client: ClientSource<BullmqClient>;
}

/**
 * Counts the waiting and failed jobs of a BullMQ queue, in one call, which also shows that its Redis
 * answers. With `oldest` it asks how long the next job has waited, and with `workers` how many there
 * are. At most one round of queries waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Queue } from "bullmq";
 * import { Redis } from "ioredis";
 * import { createHealth } from "hale";
 * import { bullmq } from "hale/checks";
 *
 * const connection = new Redis("redis://127.0.0.1:6379", { maxRetriesPerRequest: null });
 * const client = new Queue("mail", { connection });
 * const mail = bullmq({ client, waiting: { degraded: 1000 }, workers: { down: 1 } });
 * const health = createHealth({ checks: { mail } });
 * ```
 */
export function bullmq(options: BullmqOptions): Check {
  const rules = { ...QUEUE_RULES, workers: WORKER_RULE };
  return clientCheck("bullmq", options, rules, (client: BullmqClient, limits) => {
    const queue = client as BullmqQueue;
    // Bull has its jobs of some priority among those that wait, and those of a paused queue apart.
    const second = hasMethods(client, ["waitUntilReady"]) ? "prioritized" : "paused";
    const due = ["waiting", second as "prioritized"] as const;
    const look = oneAtATime(async (): Promise<QueueFindings> => {
      const [counts, next, present] = await allAfterSettled([
        promised(queue.getJobCounts(...due, "failed")),
        limits.oldest && promised(queue.getJobs([...due], 0, 0, true)),
        limits.workers && promised(queue.getWorkers()),
      ]);
      return {
        // Older majors of BullMQ add the jobs of a paused queue.
        waiting: sum(counts.waiting, counts.paused, counts.prioritized),
        failed: sum(counts.failed),
        oldest: next && ageOf(next),
        workers: present?.length,
      };
    });
    return async () => outcomeFrom(await look().catch(commandRefused), limits);
  });
}

function sum(...counts: (number | undefined)[]): number {
  return counts.reduce<number>((total, count = 0) => total + count, 0);
}

/** For how long the oldest of these jobs could have run. */
function ageOf(jobs: readonly BullmqJob[]): number {
  const ages = jobs.map(({ timestamp, opts, delay = opts?.delay ?? 0 }) => {
    return Date.now() - timestamp - delay;
  });
  return Math.max(0, ...ages);
}
