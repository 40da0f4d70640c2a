import type { Outcome } from "../../../contract/check.ts";

/** The outcome of a run that was aborted while what it needs was still being opened. */
export function stillOpening({ reason }: AbortSignal, what = "the connection"): Outcome {
  const { message } = reason as Error;
  return {
    status: "down",
    reason: `${message.replace(/\.$/, "")}: ${what} is still being opened.`,
    code: "HALE_CONNECTING",
  };
}

/**
 * Waits for an opening that goes on when the run ends.
 *
 * @returns the outcome of the run, where it was aborted before
 */
export function untilOpen(
  opening: Promise<unknown>,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(stillOpening(signal));
    signal.addEventListener("abort", abort);
    opening
      .then(() => resolve(undefined), reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
