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
   * Holds startup and readiness back until the task is done. A task that fails is logged and holds
   * them back for good.
   *
   * @throws `HALE_ALREADY_STARTED` once startup is done, `HALE_DUPLICATE_TASK`, `HALE_BAD_OPTION`
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * const health = createHealth();
   * health.starting("warm the cache", async () => {
   *   await new Promise((resolve) => setTimeout(resolve, 10));
   * });
   * ```
   */
  starting(name: string, task: Promise<unknown> | (() => Promise<unknown>)): void;
  /**
   * Says that the service has started, with `startup: "manual"`; start-up tasks that are still
   * pending hold it back all the same.
   *
   * @throws `HALE_STARTUP_NOT_MANUAL` without `startup: "manual"`.
   */
  started(): void;
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
