import { badOption } from "../contract/misuse.ts";
import type { Family } from "../telemetry/families.ts";
import type { FamilySource } from "./family-source.ts";

/** The part of a registry of `prom-client` that is called. */
export interface Registry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/** A metric, by what a registry of `prom-client` reads and calls. */
interface Metric {
  name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  get(): Promise<object>;
  reset(): void;
}

/**
 * Registers a metric for each family, which collects its samples at each scrape; returns a function that removes
 * them.
 *
 * @throws `HALE_BAD_OPTION`
 *
 * @internal
 */
export function registerFamilies(registry: Registry, source: FamilySource): () => void {
  const metrics = source.families.map((family) => metricOf(family, source));
  const names = metrics.map(({ name }) => name);
  const taken = names.find((name) => registry.getSingleMetric(name) !== undefined);
  if (taken !== undefined) {
    const hint = "Call metrics() once for each registry, or remove the first metrics before.";
    throw badOption("metrics()", "registry", `without ${taken}`, "one that has it", hint);
  }
  for (const metric of metrics) registry.registerMetric(metric as never);
  return () => {
    for (const name of names) registry.removeSingleMetric(name);
  };
}

function metricOf(family: Family, source: FamilySource): Metric {
  const { help, type } = family;
  return {
    // The registry itself takes the suffix of a counter away when it writes OpenMetrics.
    name: type === "counter" ? `${family.name}_total` : family.name,
    help,
    type,
    aggregator: aggregatorOf(family),
    async get() {
      const { name, aggregator } = this;
      const found = (await source.collect()).find((each) => each.name === family.name);
      const values = (found?.samples ?? []).map(({ suffix = "", labels, value }) => ({
        labels,
        value,
        ...(type === "histogram" && { metricName: `${family.name}${suffix}` }),
      }));
      return { name, help, type, aggregator, values };
    },
    // hale's counters count since the process began, for all who read them.
    reset() {},
  };
}

/** Returns the way in which the registry of a cluster puts the samples of its workers together. */
function aggregatorOf({ name, type }: Family): string {
  if (name.endsWith("_info")) return "first";
  return type === "gauge" && name.endsWith("_seconds") ? "max" : "sum";
}
