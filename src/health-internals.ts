import type { DescribeFailure } from "./contract/describe-failure.ts";
import type { Expose } from "./contract/format.ts";
import type { Health, HealthEvents, ShutdownStage } from "./contract/health.ts";
import type { HealthRequest } from "./contract/http.ts";
import { type Rule, requireOption } from "./contract/options.ts";
import type { Clock } from "./engine/clock.ts";
import type { Engine } from "./engine/engine.ts";
import type { Access } from "./http/access.ts";
import type { Handler } from "./http/handler.ts";
import type { HttpOptions } from "./http/http-options.ts";
import type { ResponseOptions } from "./http/response-options.ts";
import type { Router } from "./http/routes.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { ReportSource } from "./report/reporter.ts";
import type { Emitter } from "./telemetry/emitter.ts";
import type { Log } from "./telemetry/log.ts";

/** The events of a health, with those that only hale itself listens to. */
export interface InternalEvents extends HealthEvents {
  /** Readiness was reported to a prober. */
  readiness: { readonly request: HealthRequest; readonly status: number };
  /** A run of a check has ended. */
  result: undefined;
  /** A prober has asked the probe thread for readiness; the thread sends a few of these a second at most. */
  prober: ProberEvent;
}

/** A prober that has asked the probe thread for readiness. */
export interface ProberEvent {
  /** What tells it from other probers. */
  readonly key: string;
  /** When it asked, by the clock of the health. */
  readonly at: number;
  /** Whether it received the answer that the service drains. */
  readonly told: boolean;
}

/** The responses of one adapter or listener, where they differ from those of the health. */
export interface ResponseOverrides extends ResponseOptions {
  /** How much every caller sees. */
  expose?: Expose | undefined;
}

/** What a handler of its own may have besides the paths and tokens of the health. */
export interface HandlerOverrides {
  readonly responses?: ResponseOverrides | undefined;
  readonly reporter?: ReportSource | undefined;
  /** Whether `/` is readiness, where no path of the service's is that. */
  readonly readinessAtRoot?: boolean | undefined;
}

/** The parts of a health, for the modules of hale that work beside it. */
export interface HealthInternals {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly lifecycle: Lifecycle;
  readonly reporter: ReportSource;
  readonly router: Router;
  readonly events: Emitter<InternalEvents>;
  readonly log: Log;
  readonly describe: DescribeFailure;
  /** Whether the reporter reports the workers of a cluster too. */
  readonly cluster?: boolean;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  /** What `createHealth` was given of where probes are answered, and what to whom. */
  readonly http: HttpOptions;
  /** Makes a handler that answers in its own way where that is given. */
  readonly handler: (overrides?: HandlerOverrides) => Handler;
  /** Makes what decides how much a caller sees, where the responses have these overrides. */
  readonly access: (overrides: ResponseOverrides) => Access;
  /** Aborts the signal of a stage of the shutdown, which begins. */
  readonly beginStage: (stage: ShutdownStage) => void;
}

/** Under this, what `createHealth` returns has its internals; every copy of hale finds those of another. */
export const INTERNALS: unique symbol = Symbol.for("hale.internals/1");

const CREATED: Rule = {
  expected: "what createHealth() returns",
  accepts: (value) => typeof value === "object" && value !== null && INTERNALS in value,
  hint: (value) => (hasOtherProtocol(value) ? OTHER_VERSION : undefined),
};

const OTHER_VERSION =
  "Another version of hale has made this health, and the two cannot work together. Install one version: npm ls hale shows which packages bring which.";

/** Whether a copy of hale with another protocol has made a value. */
function hasOtherProtocol(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const symbols = Object.getOwnPropertySymbols(value);
  return symbols.some(({ description }) => description?.startsWith("hale.internals/"));
}

/**
 * Returns the internals of a health.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function internalsOf(owner: string, health: Health): HealthInternals {
  requireOption(owner, "health", health, CREATED);
  return (health as Health & { readonly [INTERNALS]: HealthInternals })[INTERNALS];
}
