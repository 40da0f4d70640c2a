import type { Health } from "../contract/health.ts";
import { internalsOf } from "../health-internals.ts";
import { ManualClock } from "./internal/manual-clock.ts";

/**
 * Resolves once the turn in which a health was made is over, and each of its checks has run: the checks that
 * have not run yet are run. A run that hangs counts when its `timeout` has passed. It waits for no start-up task
 * and no server; `health.whenReady()` does.
 *
 * Of a {@link fakeHealth}, it resolves without time passing.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { whenSettled } from "hale/testing";
 *
 * const health = createHealth({ checks: { database: async () => {} }, logger: false });
 * await whenSettled(health);
 * const { checks } = await health.report("deep");
 * if (checks[0]?.status !== "up") throw new Error("It has run.");
 * ```
 */
export async function whenSettled(health: Health): Promise<void> {
  const { clock, engine } = internalsOf("whenSettled()", health);
  await new Promise<void>((resolve) => void clock.nextTurn(resolve));
  const first = engine.runners.filter(({ state }) => state.startedAt === undefined);
  const runs = Promise.all(first.map((runner) => runner.refresh()));
  await (clock instanceof ManualClock ? clock.advance(0) : runs);
}
