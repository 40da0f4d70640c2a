import type { Expose } from "./contract/format.ts";
import type { Health, HealthEvents } from "./contract/health.ts";
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
import type { Reporter } from "./report/reporter.ts";
import type { Emitter } from "./telemetry/emitter.ts";
import type { Log } from "./telemetry/log.ts";

/** The events of a health, with those that only its own ways in listen to. */
export interface InternalEvents extends HealthEvents {
  /** Readiness was answered. */
  readiness: { readonly request: HealthRequest; readonly status: number };
  /** A run of a check has ended. */
  result: undefined;
  /** Somebody has asked the probe thread for readiness, which tells so a few times a second at most. */
  prober: ProberEvent;
}

/** Somebody who asks the probe thread for readiness. */
export interface ProberEvent {
  /** The address and the `User-Agent`. */
  readonly key: string;
  /** When it asked, by the clock of the health. */
  readonly at: number;
  /** Whether it was told that the service drains. */
  readonly told: boolean;
}

/** How one way in may answer otherwise than the others. */
export interface ResponseOverrides extends ResponseOptions {
  /** How much everybody sees. */
  expose?: Expose | undefined;
}

/** What answers the questions: the reporter of a health, or of a whole cluster. */
export type ReportSource = Pick<Reporter, "has" | "isUnchanged" | "reportIfFresh" | "refresh">;

/** What those ways in need of a health that tend the process, besides what everybody may call. */
export interface HealthInternals {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly life: Lifecycle;
  readonly reporter: ReportSource;
  readonly router: Router;
  readonly events: Emitter<InternalEvents>;
  readonly log: Log;
  /** Whether the reporter answers for the workers of a cluster too. */
  readonly cluster?: boolean;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  /** What `createHealth` was given of where probes are answered, and what to whom. */
  readonly http: HttpOptions;
  /** Makes a handler that answers in its own way where that is given, from a reporter of its own. */
  readonly handler: (answers: ResponseOverrides, reporter?: ReportSource) => Handler;
  /** Who may see how much, where it is answered so. */
  readonly access: (answers: ResponseOverrides) => Access;
}

/** Under this the parts stand in what `createHealth` returns; each build of hale finds those of another. */
export const INTERNALS: unique symbol = Symbol.for("hale.parts");

const CREATED: Rule = {
  expected: "what createHealth() returns",
  accepts: (value) => typeof value === "object" && value !== null && INTERNALS in value,
};

/**
 * The parts of a health.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function internalsOf(owner: string, health: Health): HealthInternals {
  requireOption(owner, "health", health, CREATED);
  return (health as Health & { readonly [INTERNALS]: HealthInternals })[INTERNALS];
}
