import { onAbort } from "./on-abort.ts";
import { TimeoutReason } from "./probe-failure.ts";

/**
 * Runs a request with a signal that is aborted once its time is over, or when `cancel` is. Settles as the request does, and
 * aborts then what is left of it.
 *
 * @param limit milliseconds that the request may take
 * @param cancel ends it early
 */
export async function withTimeLimit<Result>(
  limit: number,
  cancel: AbortSignal | undefined,
  request: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TimeoutReason(limit)), limit);
  const release =
    cancel === undefined ? undefined : onAbort(cancel, (reason) => controller.abort(reason));
  try {
    return await request(controller.signal);
  } finally {
    clearTimeout(timer);
    release?.();
    // Such as the other requests of which one has failed: their sockets would keep the process.
    controller.abort();
  }
}
