import { outerError } from "../contract/outer-errors.ts";
import type { Parts } from "./parts.ts";

/** Milliseconds after which readiness is asked about again; a change of phase is seen at once. */
const PAUSE = 1000;

/** Resolves once readiness is answered with yes. */
export async function whenReady({ life, reporter, events, clock }: Parts): Promise<void> {
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
