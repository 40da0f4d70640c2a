import type { Chance } from "../../test/scenarios/_chance.ts";

/** When the first SIGTERM is sent. */
export const MOMENTS = ["start", "load"] as const;

/** How a load balancer in front goes on after it. */
export const CALLERS = [
  /** Sends no more once its probes have failed three times. */
  "prober",
  /** Does not probe, and sends no more after a while, as in Kubernetes. */
  "silence",
  /** Probes, and goes on until the port is closed. */
  "until refused",
] as const;

/** The random choices of one round; times are milliseconds. */
export interface Plan {
  readonly seed: number;
  readonly moment: (typeof MOMENTS)[number];
  readonly caller: (typeof CALLERS)[number];
  /** How long the service loads before it listens. */
  readonly loads: number;
  /** From when the service listens to signals, or its port, to SIGTERM. */
  readonly killsAfter: number;
  /** From the first SIGTERM to a second one, which is the same request. */
  readonly repeatsAfter: number | undefined;
  /** From the first SIGTERM, or before it, to a fault. */
  readonly faultAfter: number;
  readonly fault: "none" | "stop" | "block";
  readonly faultLasts: number;
  /** From the first SIGTERM to the last request of a caller that does not probe. */
  readonly sendsFor: number;
  readonly quiet: "auto" | number;
  readonly requestsPerSecond: number;
}

/** Draws a plan. */
export function drawPlan(seed: number, chance: Chance): Plan {
  const moment = chance.next() < 0.2 ? "start" : "load";
  return {
    seed,
    moment,
    caller: chance.pick(CALLERS),
    loads: chance.below(400),
    killsAfter: moment === "start" ? chance.below(400) : 300 + chance.below(1200),
    repeatsAfter: chance.next() < 0.4 ? chance.below(900) : undefined,
    faultAfter: chance.below(2500) - 500,
    fault: chance.pick(["none", "stop", "block"]),
    faultLasts: chance.below(1000),
    sendsFor: chance.below(1500),
    quiet: chance.next() < 0.7 ? "auto" : 100 + chance.below(900),
    requestsPerSecond: 20 + chance.below(100),
  };
}
