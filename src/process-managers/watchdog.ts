/** The options of a watchdog. */
export interface WatchdogOptions {
  /** Milliseconds from one beat to the next. */
  readonly period: number;
  readonly isAlive: () => boolean | Promise<boolean>;
  /** Notifies the system manager; must not reject. */
  readonly notify: () => Promise<void>;
  readonly clock: { after(milliseconds: number, callback: () => void): () => void };
}

/**
 * Milliseconds between the beats that systemd wants of a process: half of `WATCHDOG_USEC`;
 * `undefined` when it wants none of this one.
 */
export function watchdogPeriod(
  { WATCHDOG_USEC, WATCHDOG_PID }: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | undefined {
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return undefined;
  const microseconds = Number(WATCHDOG_USEC);
  return microseconds > 0 ? Math.max(1, Math.floor(microseconds / 2000)) : undefined;
}

/**
 * Beats at once and then at each period, for as long as the process is alive; returns what stops it.
 * A beat is left out while the one before it is still being told, so that programs do not pile up.
 */
export function startWatchdog({ period, isAlive, notify, clock }: WatchdogOptions): () => void {
  let stopped = false;
  let busy = false;
  let cancel = () => {};

  async function beat(): Promise<void> {
    cancel = clock.after(period, () => void beat());
    if (busy) return;
    busy = true;
    if ((await isAlive()) && !stopped) await notify();
    busy = false;
  }

  void beat();
  return () => {
    stopped = true;
    cancel();
  };
}
