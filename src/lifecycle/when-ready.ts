import { outerError } from "../contract/outer-errors.ts";
import type { Parts } from "./parts.ts";

/** Milliseconds after which readiness is asked about again; a change of phase is seen at once. */
const PAUSE = 1000;

/** The longest time of a timer, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/**
 * Resolves once readiness is answered with yes. Somebody waits for that, so the process stays open
 * meanwhile, though no timer of hale holds it.
 */
export async function whenReady(parts: Parts): Promise<void> {
  const hold = setInterval(() => {}, LONGEST);
  try {
    await untilReady(parts);
  } finally {
    clearInterval(hold);
  }
}

async function untilReady({ life, reporter, events, clock }: Parts): Promise<void> {
  const question = { probe: "readiness", check: undefined, exclude: [] } as const;
  for (;;) {
    if (life.phase === "draining") throw outerError("HALE_NEVER_READY");
    if (life.started && (await reporter.settle(question)).report().status !== "down") return;
    await new Promise<void>((wake) => {
      const stop = [clock.after(PAUSE, wakeUp), events.on("phase", wakeUp)];
      function wakeUp() {
        for (const one of stop) one();
        wake();
      }
    });
  }
}
