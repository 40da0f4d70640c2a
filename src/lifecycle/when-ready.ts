import { HaleError } from "../contract/errors.ts";
import type { HealthEvents, WhenReadyOptions } from "../contract/health.ts";
import {
  hasMethods,
  milliseconds,
  type Rule,
  type Rules,
  validateOptions,
} from "../contract/options.ts";
import type { Phase, Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import type { Clock } from "../engine/clock.ts";

/** Milliseconds after which readiness is evaluated again; a change of phase does so at once. */
const POLL_INTERVAL = 1000;

const SIGNAL: Rule = {
  expected: "an AbortSignal",
  accepts: (value) => hasMethods(value, ["addEventListener", "throwIfAborted"]),
};

const RULES: Rules<WhenReadyOptions> = { timeout: milliseconds(50), signal: SIGNAL };

/** The parts of a health that the wait needs. */
export interface ReadinessSource {
  readonly lifecycle: { readonly phase: Phase; readonly started: boolean };
  readonly reporter: {
    refresh(query: { probe: Probe }): Promise<{ report(): Pick<Report, "status"> }>;
  };
  readonly events: {
    on(event: "phase", listener: (event: HealthEvents["phase"]) => void): () => void;
  };
  readonly clock: Pick<Clock, "after">;
}

/**
 * Resolves once readiness is up.
 *
 * @throws `HALE_NEVER_READY`, the reason of the signal, `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 */
export async function whenReady(
  source: ReadinessSource,
  options: WhenReadyOptions = {},
): Promise<void> {
  validateOptions("whenReady()", options, RULES);
  const { timeout, signal } = options;
  signal?.throwIfAborted();
  const stops: (() => void)[] = [];
  let over = false;
  const givenUp = new Promise<never>((_, reject) => {
    if (timeout !== undefined) {
      const why = `was not ready within ${timeout} ms. The readiness report lists the failing checks and pending tasks.`;
      stops.push(source.clock.after(timeout, () => reject(neverReady(why))));
    }
    const abort = () => reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    stops.push(() => signal?.removeEventListener("abort", abort));
  });
  try {
    await Promise.race([givenUp, untilReady(source, stops, () => over)]);
  } finally {
    over = true;
    for (const stop of stops) stop();
  }
}

async function untilReady(
  { lifecycle, reporter, events, clock }: ReadinessSource,
  stops: (() => void)[],
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    if (lifecycle.phase === "draining")
      throw neverReady(
        "began to drain before it was ready. End the work that awaits whenReady() too.",
      );
    const report = lifecycle.started ? await reporter.refresh({ probe: "readiness" }) : undefined;
    if (isOver() || (report !== undefined && report.report().status !== "down")) return;
    await new Promise<void>((wake) => {
      const stop = [clock.after(POLL_INTERVAL, wakeUp), events.on("phase", wakeUp)];
      function wakeUp() {
        for (const one of stop) one();
        wake();
      }
      stops.push(wakeUp);
    });
  }
}

/** `why`: the end of the sentence, and what to do. */
function neverReady(why: string): HaleError {
  return new HaleError("HALE_NEVER_READY", `The service ${why}`);
}
