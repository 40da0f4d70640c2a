import type { Status } from "./check.ts";
import type { HealthRequest, HealthResponse } from "./http.ts";
import type { Phase, Probe } from "./probe.ts";
import type { Report } from "./report.ts";

/** The change of a check's status. */
export interface ChangeEvent {
  readonly check: string;
  readonly from: Status;
  readonly to: Status;
  /** The reason, without credentials. */
  readonly reason?: string | undefined;
  /** The stable code of the reason: hale's, or the driver's own. */
  readonly code?: string | undefined;
}

/** The change of the process to another phase. */
export interface PhaseEvent {
  readonly from: Phase;
  readonly to: Phase;
}

/** The events of {@link Health.on}. */
export interface HealthEvents {
  change: ChangeEvent;
  phase: PhaseEvent;
}

/** The part of a probe to report. */
export interface ReportOptions {
  /** The name of the one check, or the one group, to report. */
  check?: string | undefined;
  /** Checks that are neither run nor reported; unknown names are ignored. */
  exclude?: readonly string[] | undefined;
}

/** The arguments of a start-up task. */
export interface StartupTaskContext {
  /**
   * Reports the completed share of the task, from 0 to 1, for details and for the log line of a long start.
   * A number above 1 counts as 1; a negative number, or a value that is no number, as 0.
   */
  progress(share: number): void;
  /** Aborts when the service drains before it has started. */
  readonly signal: AbortSignal;
}

/** A start-up task: a promise, or a function, which is called at once. */
export type StartupTask = Promise<unknown> | ((context: StartupTaskContext) => Promise<unknown>);

/** The options of a start-up task. */
export interface StartupTaskOptions {
  /**
   * Number of times that a failed task is called again: after 1 s, 2 s, 4 s, … and at most 30 s;
   * `Infinity` for no limit. A promise cannot be called again.
   *
   * @default 0
   */
  retries?: number | undefined;
}

/** The limits of {@link Health.whenReady}. */
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

/** The health of one service. `createHealth` returns it, and every adapter takes it. */
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
   * Handles a request, synchronously where the response is json and no check has to run. Returns `undefined`,
   * synchronously, when the path is not hale's. The process stays open until a promise resolves.
   */
  handle(request: HealthRequest): HealthResponse | Promise<HealthResponse> | undefined;
  /**
   * Keeps startup and readiness down until the task is done. Each failure is logged. A task without retries
   * left keeps them down for good.
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
   * Marks the service as started: with `startup: { manual: true }`, and to end the wait for servers that may
   * never listen. Startup still waits for the pending start-up tasks.
   */
  markStarted(): void;
  /**
   * Resolves once readiness is up: startup is done, so that every attached server listens, and no critical check
   * is down. The process stays open until then.
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
   * Adds a listener; returns a function that removes it. A listener that throws breaks nothing, and is
   * logged once.
   *
   * @throws `HALE_BAD_OPTION`
   */
  on<E extends keyof HealthEvents>(
    event: E,
    listener: (event: HealthEvents[E]) => void,
  ): () => void;
  /**
   * Returns the signal that aborts when a stage of the shutdown begins: `"drain"` (stop taking work), `"stop"`
   * (the port is closed: end streams) or `"close"`. Each stage has one signal, for any number of listeners.
   * `close()` aborts all three.
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
  /** Makes readiness 503 from now on. Liveness and deep do not change. */
  drain(): void;
  /** Stops all runs and timers. Liveness is 200 after it, readiness 503. A second call does nothing more. */
  close(): Promise<void>;
}
