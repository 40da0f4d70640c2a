import { Worker } from "node:worker_threads";
import type { ThreadData } from "./messages.ts";
import { source } from "./worker.ts?source";

/**
 * Three times what the most greedy clients make it take within the limits of its server, which is 22 MB; a thread
 * that takes more has lost its way, and is started again.
 */
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** The error of a runtime without a probe thread. */
export class ThreadUnavailableError extends Error {}

/**
 * Starts the program of the probe thread, which runs from then on whatever this thread does.
 *
 * @throws {@link ThreadUnavailableError} where it is unavailable
 */
export function startWorker(workerData: ThreadData): Worker {
  // The threads of others are not Node's: limits, flags and messages differ.
  for (const runtime of ["bun", "deno"]) {
    if (runtime in process.versions)
      throw new ThreadUnavailableError(`This is ${runtime}, not Node.`);
  }
  try {
    // No options and no environment of the process: they may name loaders and files that the
    // thread neither needs nor, perhaps, finds.
    return new Worker(source, {
      eval: true,
      name: "hale",
      execArgv: [],
      argv: [],
      env: {},
      resourceLimits: MEMORY,
      workerData,
    });
  } catch (failure) {
    const { message, code } = failure as NodeJS.ErrnoException;
    throw new ThreadUnavailableError(code === undefined ? message : `${message} (${code})`);
  }
}
