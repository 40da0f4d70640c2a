import type { DescribeFailure } from "./contract/describe-failure.ts";
import { hasBrand } from "./contract/errors.ts";
import type { CheckCounts, Figures, RunEvent } from "./contract/figures.ts";
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
import type { Router } from "./http/router.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import type { ReportSource } from "./report/reporter.ts";
import type { Emitter } from "./telemetry/emitter.ts";
import type { Log } from "./telemetry/log.ts";
import type { ProcessCounts } from "./telemetry/process-counts.ts";

/** The public and internal events of a health. */
export interface InternalEvents extends HealthEvents {
  /** Emitted when readiness was reported to a prober. */
  readiness: { readonly request: HealthRequest; readonly status: number };
  /** Emitted when a run of a check has ended, or was written off. */
  result: RunEvent;
  /** Emitted when a prober has requested readiness from the probe thread, which sends a few a second at most. */
  prober: ProberEvent;
}

/** A readiness request of a prober to the probe thread. */
export interface ProberEvent {
  /** The key that distinguishes the prober from others. */
  readonly key: string;
  /** The moment of the request, by the clock of the health. */
  readonly at: number;
  /** Whether it received the response that the service drains. */
  readonly refused: boolean;
}

/** The response options of one adapter or listener, where they differ from those of the health. */
export interface ResponseOverrides extends ResponseOptions {
  /** The exposure to every caller. */
  expose?: Expose | undefined;
}

/** The overrides of a separate handler, which keeps the paths and tokens of the health. */
export interface HandlerOverrides {
  readonly responses?: ResponseOverrides | undefined;
  readonly reporter?: ReportSource | undefined;
  /** Whether `/` is readiness, where the service sets no such path. */
  readonly readinessAtRoot?: boolean | undefined;
}

/** The internals of a health, for hale's other modules. */
export interface HealthInternals {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly lifecycle: Lifecycle;
  readonly reporter: ReportSource;
  readonly router: Router;
  readonly events: Emitter<InternalEvents>;
  readonly log: Log;
  /** The counts of the process, which the probe thread shares. */
  readonly counts: ProcessCounts;
  /** The counts of each check. */
  readonly checkCounts: ReadonlyMap<string, CheckCounts>;
  /** Collects the figures of the service. */
  readonly figures: () => Figures;
  readonly describe: DescribeFailure;
  /** Whether the reporter reports the workers of a cluster too. */
  readonly cluster?: boolean;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  /** The `http` options of `createHealth`. */
  readonly http: HttpOptions;
  /** Makes a handler with these overrides. */
  readonly handler: (overrides?: HandlerOverrides) => Handler;
  /** Makes the access for responses with these overrides. */
  readonly access: (overrides: ResponseOverrides) => Access;
  /** Aborts the signal of a stage of the shutdown. */
  readonly beginStage: (stage: ShutdownStage) => void;
  /** Warns of bodies that some callers do not read to their end; `others` are names besides those of the checks. */
  readonly warnOfLongBodies: (others?: readonly string[]) => void;
}

/** The property that holds the internals of a health; copies of hale share it. */
export const INTERNALS: unique symbol = Symbol.for("hale.internals/1");

const CREATED: Rule = {
  expected: "what createHealth() returns",
  accepts: (value) => hasBrand(value, INTERNALS),
  hint(value) {
    // A copy of hale with another protocol has made it.
    const isOther = Object.getOwnPropertySymbols(Object(value)).some(({ description }) =>
      description?.startsWith("hale.internals/"),
    );
    return isOther
      ? "Another version of hale has made this health. Install one version: npm ls hale shows which packages bring which."
      : undefined;
  },
};

/**
 * Returns the internals of a health.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function internalsOf(owner: string, health: Health): HealthInternals {
  requireOption(owner, "health", health, CREATED);
  return (health as Health & { readonly [INTERNALS]: HealthInternals })[INTERNALS];
}
