import { HaleError } from "../contract/errors.ts";
import type { HealthInternals } from "../health-internals.ts";

/** Milliseconds after which readiness is asked about again; a change of phase is seen at once. */
const PAUSE = 1000;

/** The longest time of a timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * Resolves once readiness is answered with yes. Somebody waits for that, so the process stays open
 * meanwhile, though no timer of hale holds it.
 */
export async function whenReady(parts: HealthInternals): Promise<void> {
  const hold = setInterval(() => {}, LONGEST);
  try {
    await untilReady(parts);
  } finally {
    clearInterval(hold);
  }
}

async function untilReady({ life, reporter, events, clock }: HealthInternals): Promise<void> {
  const question = { probe: "readiness", check: undefined, exclude: [] } as const;
  for (;;) {
    if (life.phase === "draining") throw neverReady();
    if (life.started && (await reporter.refresh(question)).report().status !== "down") return;
    await new Promise<void>((wake) => {
      const stop = [clock.after(PAUSE, wakeUp), events.on("phase", wakeUp)];
      function wakeUp() {
        for (const one of stop) one();
        wake();
      }
    });
  }
}

function neverReady(): HaleError {
  const message =
    "The service drains, so it will not be ready. Let whatever awaits whenReady() end too.";
  return new HaleError("HALE_NEVER_READY", message);
}
