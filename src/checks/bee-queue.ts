import type { Check } from "../contract/check.ts";
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
} from "./internal/messaging/queue.ts";
import { commandRefused } from "./internal/redis/redis-refusals.ts";

/** The part of a bee-queue that this check calls. */
export interface BeeQueueClient {
  checkHealth(): PromiseLike<{ readonly waiting: number; readonly failed: number }>;
  getJobs(
    type: "waiting",
    page: { start: number; end: number },
  ): PromiseLike<readonly BeeQueueJob[]>;
}

interface BeeQueueJob {
  /** Its `timestamp` and `delay` are milliseconds since 1970. */
  readonly options: { readonly timestamp?: number; readonly delay?: number };
}

/** The options of {@link beeQueue}. */
export interface BeeQueueOptions extends QueueLimits {
  /** The queue that the service already uses. */
  client: ClientSource<BeeQueueClient>;
}

/** Workers take from the end of the list. */
const NEXT = { start: -1, end: -1 };

/**
 * Counts the waiting and failed jobs of a bee-queue, in one call, which also shows that its Redis
 * answers. With `oldest` it asks how long the next job has waited. At most one round of queries
 * waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import Queue from "bee-queue";
 * import { createHealth } from "hale";
 * import { beeQueue } from "hale/checks";
 *
 * const client = new Queue("mail", { redis: { host: "127.0.0.1" }, isWorker: false });
 * const mail = beeQueue({ client, waiting: { degraded: 1000 }, oldest: { down: 60_000 } });
 * const health = createHealth({ checks: { mail } });
 * ```
 */
export function beeQueue(options: BeeQueueOptions): Check {
  return clientCheck("beeQueue", options, QUEUE_RULES, (client: BeeQueueClient, limits) => {
    const look = oneAtATime(async (): Promise<QueueFindings> => {
      const [counts, next] = await allAfterSettled([
        promised(client.checkHealth()),
        limits.oldest && promised(client.getJobs("waiting", NEXT)),
      ]);
      return { waiting: counts.waiting, failed: counts.failed, oldest: next && ageOf(next) };
    });
    return async () => outcomeFrom(await look().catch(commandRefused), limits);
  });
}

/** For how long the oldest of these jobs could have run. */
function ageOf(jobs: readonly BeeQueueJob[]): number {
  const now = Date.now();
  const ages = jobs.map(({ options: { timestamp = now, delay = 0 } }) => {
    return now - Math.max(timestamp, delay);
  });
  return Math.max(0, ...ages);
}
