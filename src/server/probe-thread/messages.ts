import type { CheckCounts } from "../../contract/figures.ts";
import type { Expose, ExposeRule, Exposure } from "../../contract/format.ts";
import type { History } from "../../contract/history.ts";
import type { HealthRequest } from "../../contract/http.ts";
import type { Probe } from "../../contract/probe.ts";
import type { CheckState } from "../../engine/check-state.ts";
import type { HttpOptions } from "../../http/http-options.ts";
import type { LifecycleSnapshot } from "../../report/build-report.ts";
import type { ProbeQuery } from "../../report/reporter.ts";
import type { ListenAddresses, ListenPorts, ServerKind } from "../internal/health-servers.ts";

/** The milliseconds for which the event loop may stand still before a probe fails. */
export interface StallLimits {
  readonly readiness: number;
  readonly liveness: number;
}

/** The state of the main thread at one moment. Moments are milliseconds of `process.hrtime`. */
export interface Snapshot {
  readonly lifecycle: LifecycleSnapshot;
  readonly checks: readonly CheckState[];
  /** The counts of each check, by its name. */
  readonly counts: ReadonlyMap<string, CheckCounts>;
}

/** The paths, responses and exposure; a rule cannot be sent, so the main thread evaluates it. */
export interface ThreadExposureOptions extends Omit<HttpOptions, "expose"> {
  readonly expose: Exclude<Expose, ExposeRule> | undefined;
  readonly rule: boolean;
}

/** The part of a request that can be sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string | undefined;
  readonly headers: HealthRequest["headers"];
}

/** The data with which a thread begins. */
export interface ThreadData {
  readonly addresses: ListenAddresses;
  readonly exposing: ThreadExposureOptions;
  readonly limits: StallLimits;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  readonly beat: SharedArrayBuffer;
  /** The memory of the counts of the process, which both threads count in. */
  readonly counts: ArrayBufferLike;
  /** The flag that the thread sets once it has closed its server. */
  readonly closed: SharedArrayBuffer;
  readonly snapshot: Snapshot;
  /** The settings of systemd, where it watches the process. */
  readonly watchdog: Watchdog | undefined;
}

/** The environment and period by which systemd is notified that the process lives. */
export interface Watchdog {
  readonly period: number;
  readonly env: Readonly<Record<string, string>>;
}

/** The messages of the main thread to the probe thread. */
export type ToThread =
  /** Another health is served from now on. */
  | ({ readonly kind: "health" } & Pick<
      ThreadData,
      "exposing" | "deadline" | "counts" | "snapshot"
    >)
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  /** The query of this number is settled; the snapshot before this message holds the result. */
  | { readonly kind: "settled"; readonly id: number }
  /** The exposure to the request of this number. */
  | { readonly kind: "exposed"; readonly id: number; readonly exposure: Exposure }
  /** The history, as the main thread keeps it. */
  | { readonly kind: "history"; readonly history: History | undefined }
  /** The thread must close its server, and end. */
  | { readonly kind: "close" };

/** The part of a system error that can be sent. */
export interface SystemFailure {
  readonly message: string;
  readonly code: string | undefined;
}

/** A prober that requested readiness. */
export interface ProberSighting {
  readonly key: string;
  /** The moment, in milliseconds of `process.hrtime`. */
  readonly at: number;
  /** Whether the response was that the service drains. */
  readonly refused: boolean;
}

/** The messages of the probe thread to the main thread. */
export type FromThread =
  | { readonly kind: "listening"; readonly ports: ListenPorts }
  | { readonly kind: "refused"; readonly server: ServerKind; readonly failure: SystemFailure }
  | { readonly kind: "settle"; readonly id: number; readonly query: ProbeQuery }
  | {
      readonly kind: "expose";
      readonly id: number;
      readonly request: SentRequest;
      readonly probe: Probe;
    }
  /** A caller reads the history. */
  | { readonly kind: "history" }
  /** The event loop turns again after so many milliseconds. */
  | { readonly kind: "turned"; readonly after: number }
  /** The event loop stands still, which does not count: an inspector is attached, or may be. */
  | { readonly kind: "uncounted"; readonly attached: boolean }
  | { readonly kind: "probers"; readonly probers: readonly ProberSighting[] };
