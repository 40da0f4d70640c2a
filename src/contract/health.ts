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
  /** The stable code of the reason: hale's, or the driver's own. */
  readonly code?: string | undefined;
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

/** The part of a report that is wanted. */
export interface ReportOptions {
  /** The name of the one check, or the one group, that is reported. */
  check?: string | undefined;
  /** Checks that are neither run nor reported; unknown names are ignored. */
  exclude?: readonly string[] | undefined;
}

/** The arguments of a start-up task. */
export interface StartupTaskContext {
  /**
   * Reports how much of the task is done, from 0 to 1; details show it, and the log line of a long start.
   * A number above counts as 1; a smaller one, or none, as 0.
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

/** How long {@link Health.whenReady} waits. */
export interface WhenReadyOptions {
  /**
   * Milliseconds after which it rejects.
   *
   * @default none
   */
  timeout?: number | undefined;
  /** Rejects with the reason of this signal when it aborts. */
  signal?: AbortSignal | undefined;
}

/** The stages of a shutdown that have a signal. */
export const SHUTDOWN_STAGES = ["drain", "stop", "close"] as const;

/** One of the stages of a shutdown that have a signal. */
export type ShutdownStage = (typeof SHUTDOWN_STAGES)[number];

/** The health of one service: what `createHealth` returns and every adapter takes. */
export interface Health {
  /**
   * Reports a probe within the `deadline`, whatever the checks do. The process stays open until it
   * resolves.
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
   * Handles a request, at once where no check has to run; returns `undefined`, at once, when the path is
   * not hale's.
   */
  handle(request: HealthRequest): HealthResponse | Promise<HealthResponse> | undefined;
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
   * Marks the service as started, with `startup: { manual: true }`; start-up tasks that are still
   * pending hold it back all the same.
   */
  markStarted(): void;
  /**
   * Resolves once readiness is up: startup is done and no critical check is down. The process stays open
   * until then.
   *
   * @throws `HALE_NEVER_READY` when the service drains, is closed, or is not ready within `timeout`; the
   *   reason of `signal` when that aborts; `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * await createHealth().whenReady({ timeout: 5000 });
   * ```
   */
  whenReady(options?: WhenReadyOptions): Promise<void>;
  /**
   * Listens to changes; returns a function that stops it. A listener that throws breaks nothing, and is
   * logged once.
   *
   * @throws `HALE_BAD_OPTION`
   */
  on<E extends keyof HealthEvents>(
    event: E,
    listener: (event: HealthEvents[E]) => void,
  ): () => void;
  /**
   * The signal that aborts when a stage of the shutdown begins: `"drain"` (stop taking work), `"stop"` (the
   * port is closed: end streams) or `"close"`. It is one signal, for any number of listeners; `close()`
   * aborts all three.
   *
   * @throws `HALE_BAD_OPTION`
   * @example
   * ```ts
   * import { createHealth } from "hale";
   *
   * const health = createHealth({ logger: false });
   * const stopped = health.signal("stop");
   * await health.close();
   * if (!stopped.aborted) throw new Error("close() aborts it.");
   * ```
   */
  signal(stage: ShutdownStage): AbortSignal;
  /** Makes readiness 503 from now on; liveness and deep are not touched. */
  drain(): void;
  /** Stops all runs and timers. Liveness is 200 after it, readiness 503. A second call does nothing more. */
  close(): Promise<void>;
}
