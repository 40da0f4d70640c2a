import type { HealthInternals } from "../health-internals.ts";

/** Milliseconds after which startup is asked about again; a change of phase is seen at once. */
const PAUSE = 250;

/**
 * Calls back once startup is answered with yes; returns what gives that up. The phase alone would
 * not do: the primary of a cluster has started when its workers have.
 */
export function onStarted(
  { reporter, events, clock }: Pick<HealthInternals, "reporter" | "events" | "clock">,
  then: () => void,
): () => void {
  const question = { probe: "startup", check: undefined, exclude: [] } as const;
  let over = false;
  let cancel = () => {};

  async function look(): Promise<void> {
    cancel();
    const started = (await reporter.refresh(question)).report().status !== "down";
    if (over) return;
    cancel();
    if (!started) {
      cancel = clock.after(PAUSE, () => void look());
      return;
    }
    end();
    then();
  }

  const stop = events.on("phase", look);
  function end(): void {
    over = true;
    cancel();
    stop();
  }
  void look();
  return end;
}
