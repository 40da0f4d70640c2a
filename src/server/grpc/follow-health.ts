import type { HealthInternals, ResponseOverrides } from "../../health-internals.ts";
import { response } from "../../telemetry/channels.ts";
import { HealthService } from "./health-service.ts";
import { Watches } from "./watches.ts";

/**
 * Milliseconds between two refreshes of what is watched: a Watch counts as a prober of that pace, which is the one at
 * which the probe thread runs checks on demand.
 */
const PACE = 5000;

/** The gRPC service of a health, and its open Watch calls. */
export interface FollowedHealth {
  readonly service: HealthService;
  readonly watches: Watches;
  /** Ends every Watch, and follows the health no longer. */
  readonly stop: () => void;
}

/** Makes the gRPC service of a health, whose Watch calls follow its changes from now on. */
export function followHealth(
  { access, reporter, events, lifecycle, clock, counts }: HealthInternals,
  overrides: ResponseOverrides = {},
): FollowedHealth {
  const watches = new Watches({
    clock,
    reporter,
    refresh: (query) => reporter.refresh(query),
    pace: PACE,
    isDraining: () => lifecycle.phase === "draining",
  });
  const service = new HealthService({
    reporter,
    access: access(overrides),
    onReadiness: (request, status) => events.emit("readiness", { request, status }),
    onResponse({ probe, check }, status) {
      counts.countResponse(probe, status);
      response?.publish({ probe, check, status });
    },
  });
  const stops = [
    events.on("change", () => watches.look()),
    events.on("phase", ({ to }) => (to === "draining" ? watches.drain() : watches.look())),
  ];
  return {
    service,
    watches,
    stop() {
      for (const stop of stops) stop();
      watches.endAll();
    },
  };
}
