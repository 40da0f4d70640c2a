import type { Health } from "../contract/health.ts";
import { badOption } from "../contract/misuse.ts";
import {
  HEALTH,
  hasMethods,
  oneOf,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { internalsOf } from "../health-internals.ts";
import { type FamilySource, familySource, NAMES, type Names } from "./family-source.ts";
import { type Meter, observeByMeter } from "./opentelemetry.ts";
import { type Registry, registerFamilies } from "./prom-client.ts";

export type { Meter } from "./opentelemetry.ts";
export type { Registry } from "./prom-client.ts";

/** The options of {@link metrics}: a health, and either a registry or a meter. */
export interface MetricsOptions {
  health: Health;
  /** The registry of `prom-client` that the service already scrapes. */
  registry?: Registry | undefined;
  /** A meter of OpenTelemetry, as `metrics.getMeter("hale")` of `@opentelemetry/api` returns it. */
  meter?: Meter | undefined;
  /**
   * The names of the metrics: hale's, or those of the components of Kubernetes, `kubernetes_healthcheck` and
   * `kubernetes_healthchecks_total`.
   *
   * @default "hale"
   */
  names?: Names | undefined;
}

const RULES: Rules<MetricsOptions> = {
  health: HEALTH,
  registry: {
    expected: "a registry of prom-client",
    accepts: (value) => hasMethods(value, ["registerMetric", "getSingleMetric"]),
  },
  meter: {
    expected: "a meter of OpenTelemetry",
    accepts: (value) => hasMethods(value, ["createHistogram", "addBatchObservableCallback"]),
  },
  names: oneOf(NAMES),
};

/**
 * Adds the figures of a health to the metrics that a service already has. A scrape, or a collection by the
 * meter, reuses results up to 30 s old and runs older checks, as `http.scrape` sets it. Returns a function that
 * removes the metrics.
 *
 * @throws `HALE_BAD_OPTION`, also where the registry has metrics of these names; `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { metrics } from "hale/metrics";
 * import { Registry } from "prom-client";
 *
 * const registry = new Registry();
 * const health = createHealth({ checks: { database: async () => {} } });
 * metrics({ health, registry });
 * const text = await registry.metrics();
 * if (!text.includes('hale_check_state{check="database",state="up"} 1')) throw new Error(text);
 * ```
 */
export function metrics(options: MetricsOptions): () => void {
  validateOptions("metrics()", options, RULES);
  const { health, registry, meter, names = "hale" } = options;
  const parts = internalsOf("metrics()", health);
  if ((registry === undefined) === (meter === undefined)) {
    const expected = 'given, or "meter", and one of the two alone';
    throw badOption("metrics()", "registry", expected, registry ? "given with it" : "not given");
  }
  const source: FamilySource = familySource(parts, names);
  if (meter !== undefined) return observeByMeter(meter, source, parts.events);
  requireOption("metrics()", "registry", registry, RULES.registry);
  return registerFamilies(registry as Registry, source);
}
