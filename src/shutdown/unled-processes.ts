import type { Worker } from "node:cluster";
import { isMainThread } from "node:worker_threads";
import { isWorkerOfPm2 } from "../cluster/report-to-primary.ts";
import type { Log } from "../telemetry/log.ts";

/** The part of `node:cluster` that names the processes beside this one. */
export interface ClusterLike {
  readonly worker?: Pick<Worker, "exitedAfterDisconnect" | "off" | "once"> | undefined;
  readonly workers?: Readonly<Record<string, unknown>> | undefined;
}

/** Warns of a worker thread, whose process ends without it, and which no signal reaches. */
export function warnOfThread(log: Log): void {
  if (isMainThread) return;
  const line = "gracefulShutdown() was called in a worker thread, which no signal reaches";
  const advice = "call it in the main thread, or call begin() when that asks this thread to end";
  log("warn", `${line}: ${advice}`, {});
}

/** Warns of the workers of a cluster that no shutdown of their primary leads, and that end at once with it. */
export function warnOfWorkers(log: Log, { workers = {} }: ClusterLike): void {
  const count = Object.keys(workers).length;
  if (count === 0) return;
  const who =
    count === 1
      ? "1 worker of node:cluster, which ends"
      : `${count} workers of node:cluster, which end`;
  const line = `this process has ${who} at once with it, with requests in flight`;
  const advice = "give gracefulShutdown() the health that clusterHealth() returns";
  log("warn", `${line}: ${advice}`, { workers: count });
}

/**
 * Says that a worker of a cluster ends because its primary has: Node ends it at once, and no shutdown can
 * keep it. Returns a function that stops that.
 *
 * @see https://nodejs.org/api/cluster.html#event-disconnect
 */
export function warnOfPrimary(
  log: Log,
  { worker }: ClusterLike,
  env: NodeJS.ProcessEnv,
): () => void {
  if (worker === undefined || isWorkerOfPm2(env)) return () => {};
  const onDisconnect = () => {
    if (worker.exitedAfterDisconnect) return;
    const line =
      "the primary of this worker has ended, and ends it at once, with requests in flight";
    const advice = "call gracefulShutdown() in the primary too, with the health of clusterHealth()";
    log("error", `${line}: ${advice}`, {});
  };
  worker.once("disconnect", onDisconnect);
  return () => void worker.off("disconnect", onDisconnect);
}
