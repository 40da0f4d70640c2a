import type { Status } from "./check.ts";
import type { HealthRequest, HealthResponse } from "./http.ts";
import type { Phase, Probe } from "./probe.ts";
import type { Report } from "./report.ts";

/** A check's state has changed. */
export interface ChangeEvent {
  readonly check: string;
  readonly from: Status;
  readonly to: Status;
  /** Why, without credentials. */
  readonly reason?: string | undefined;
}

/** The process has come to another phase of its life. */
export interface PhaseEvent {
  readonly from: Phase;
  readonly to: Phase;
}

/** The events that {@link Health.on} knows. */
export interface HealthEvents {
  change: ChangeEvent;
  phase: PhaseEvent;
}

/** What a report is asked to hold. */
export interface ReportOptions {
  /** Ask about this check alone. */
  check?: string | undefined;
  /** Checks that are neither run nor reported; unknown names are ignored. */
  exclude?: readonly string[] | undefined;
}

/** What a start-up task is given. */
export interface StartupTaskContext {
  /**
   * Says how much of the task is done, from 0 to 1; details show it, and what is logged of a long start.
   * What is above counts as 1, and what is below, or no number, as 0.
   */
  progress(share: number): void;
  /** Aborts when the service drains before it has started. */
  readonly signal: AbortSignal;
}

/** A start-up task: a promise, or a function, which is called at once. */
export type StartupTask = Promise<unknown> | ((context: StartupTaskContext) => Promise<unknown>);

/** How a start-up task is run. */
export interface StartupTaskOptions {
  /**
   * How often a task that has failed is called again: after 1 s, 2 s, 4 s, … and at most 30 s;
   * `Infinity` for as long as it takes. A promise cannot be called again.
   *
   * @default 0
   */
  retries?: number | undefined;
}

/** The health of one service: what `createHealth` returns and every way in takes. */
export interface Health {
  /**
   * Answers a probe within the `deadline`, whatever the checks do.
   *
   * @throws `HALE_UNKNOWN_CHECK` when `check` does not take part in the probe, `HALE_BAD_OPTION`,
   *   `HALE_UNKNOWN_OPTION`
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * const { status } = await createHealth().report("liveness");
   * if (status !== "up") throw new Error("A service without checks lives.");
   * ```
   */
  report(probe: Probe, options?: ReportOptions): Promise<Report>;
  /**
   * Answers a request, at once where no check has to run; `undefined` when the path is not hale's.
   */
  handle(request: HealthRequest): HealthResponse | undefined | Promise<HealthResponse | undefined>;
  /**
   * Holds startup and readiness back until the task is done. Each failure is logged; a task that is
   * not tried again, or no more, holds them back for good.
   *
   * @throws `HALE_ALREADY_STARTED` once startup is done, `HALE_DUPLICATE_TASK`, `HALE_BAD_OPTION`
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * const health = createHealth();
   * const pages = ["/", "/shop"];
   * health.addStartupTask("warm the cache", async ({ progress, signal }) => {
   *   for (const [index, page] of pages.entries()) {
   *     await fetch(new URL(page, "http://127.0.0.1:9"), { signal }).catch(() => undefined);
   *     progress((index + 1) / pages.length);
   *   }
   * }, { retries: 5 });
   * ```
   */
  addStartupTask(name: string, task: StartupTask, options?: StartupTaskOptions): void;
  /**
   * Resolves once readiness is answered with yes: startup is done and no critical check is down.
   *
   * @throws `HALE_NEVER_READY` when the service drains or is closed before
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * await createHealth().whenReady();
   * ```
   */
  whenReady(): Promise<void>;
  /**
   * Says that the service has started, with `startup: "manual"`; start-up tasks that are still
   * pending hold it back all the same.
   *
   * @throws `HALE_STARTUP_NOT_MANUAL` without `startup: "manual"`.
   */
  markStarted(): void;
  /**
   * Listens to changes; the function that it returns stops that. A listener that throws breaks
   * nothing.
   *
   * @throws `HALE_BAD_OPTION`
   */
  on<E extends keyof HealthEvents>(
    event: E,
    listener: (event: HealthEvents[E]) => void,
  ): () => void;
  /** Makes readiness 503 from now on; liveness and deep are not touched. */
  drain(): void;
  /** Stops all runs and timers. Liveness is 200 after it, readiness 503. */
  close(): Promise<void>;
}
