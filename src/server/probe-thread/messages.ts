import type { Expose, ExposeRule, Exposure } from "../../contract/format.ts";
import type { HealthRequest } from "../../contract/http.ts";
import type { Probe } from "../../contract/probe.ts";
import type { CheckState } from "../../engine/check-state.ts";
import type { HttpOptions } from "../../http/http-options.ts";
import type { LifecycleSnapshot } from "../../report/build-report.ts";
import type { ProbeQuery } from "../../report/reporter.ts";
import type { ListenAddress } from "../internal/listen-address.ts";

/** How long the event loop may stand still before a probe fails, in milliseconds. */
export interface StallLimits {
  readonly readiness: number;
  readonly liveness: number;
}

/** The state of the main thread at one moment. Moments are milliseconds of `process.hrtime`. */
export interface Snapshot {
  readonly lifecycle: LifecycleSnapshot;
  readonly checks: readonly CheckState[];
}

/** Where probes are answered, and what to whom; a rule cannot be sent, so the main thread is asked. */
export interface ThreadExposureOptions extends Omit<HttpOptions, "expose"> {
  readonly expose: Exclude<Expose, ExposeRule> | undefined;
  readonly rule: boolean;
}

/** A request in what of it can be sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string | undefined;
  readonly headers: HealthRequest["headers"];
}

/** What a thread begins with. */
export interface ThreadData {
  readonly place: ListenAddress;
  readonly exposing: ThreadExposureOptions;
  readonly limits: StallLimits;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  readonly beat: SharedArrayBuffer;
  /** Where the thread says that it has closed its server. */
  readonly closed: SharedArrayBuffer;
  readonly snapshot: Snapshot;
  /** Where systemd wants to hear of the process, how often in milliseconds. */
  readonly watchdog: Watchdog | undefined;
}

/** How systemd is told that the process lives. */
export interface Watchdog {
  readonly period: number;
  readonly env: Readonly<Record<string, string>>;
}

/** What the main thread tells the probe thread. */
export type ToThread =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  /** The question of this number is settled; the snapshot before this message holds the answer. */
  | { readonly kind: "settled"; readonly id: number }
  /** What the request of this number may see. */
  | { readonly kind: "exposed"; readonly id: number; readonly exposure: Exposure }
  /** It is to close its server, and to end. */
  | { readonly kind: "close" };

/** An error of the system, in what of it can be sent. */
export interface SystemFailure {
  readonly message: string;
  readonly code: string | undefined;
}

/** Somebody who asked for readiness. */
export interface ProberSighting {
  readonly key: string;
  /** When, in milliseconds of `process.hrtime`. */
  readonly at: number;
  /** Whether the answer was that the service drains. */
  readonly told: boolean;
}

/** What the probe thread tells the main thread. */
export type FromThread =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "refused"; readonly failure: SystemFailure }
  | { readonly kind: "settle"; readonly id: number; readonly question: ProbeQuery }
  | {
      readonly kind: "expose";
      readonly id: number;
      readonly request: SentRequest;
      readonly probe: Probe;
    }
  /** The event loop turns again after so many milliseconds. */
  | { readonly kind: "turned"; readonly after: number }
  /** The event loop stands still, which does not count: an inspector is attached, or may be. */
  | { readonly kind: "uncounted"; readonly attached: boolean }
  | { readonly kind: "probers"; readonly probers: readonly ProberSighting[] };
