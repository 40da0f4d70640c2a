import { buildFleet } from "./build-fleet.ts";
import { type FleetRule, fleetQueries, replicaQueries } from "./fleet-queries.ts";
import type { FleetReport } from "./fleet-report.ts";
import type { PrometheusClient, Sample } from "./prometheus-client.ts";
import { PrometheusFailure } from "./prometheus-failure.ts";

/**
 * Queries a Prometheus for a fleet, at one moment of its own clock.
 *
 * @param listsReplicas whether single replicas that fail are read too
 * @throws PrometheusFailure
 */
export async function readFleet(
  client: Pick<PrometheusClient, "address" | "query">,
  rule: FleetRule,
  listsReplicas: boolean,
  signal: AbortSignal,
): Promise<FleetReport> {
  const warnings = new Set<string>();
  const { samples } = await client.query("time()", undefined, signal);
  const time = samples[0]?.value;
  if (time === undefined) {
    const message = `${client.address} sent no time. Check --prometheus.`;
    throw new PrometheusFailure("HALE_PROMETHEUS_ERROR", message);
  }
  const send = async <Name extends string>(queries: Readonly<Record<Name, string>>) => {
    const results = await Promise.all(
      Object.entries<string>(queries).map(async ([name, expression]) => {
        const result = await client.query(expression, time, signal);
        for (const warning of result.warnings) warnings.add(warning);
        return [name, result.samples] as const;
      }),
    );
    return Object.fromEntries(results) as Record<Name, readonly Sample[]>;
  };
  const [results, replicas] = await Promise.all([
    send({ ...fleetQueries(rule) }),
    listsReplicas ? send({ ...replicaQueries(rule) }) : undefined,
  ]);
  const fleet = buildFleet({ ...results, replicas }, rule, time, [...warnings]);
  if (fleet.groups.length > 0) return fleet;
  throw new PrometheusFailure(
    "HALE_NO_REPLICAS",
    "Prometheus has no series of hale. Check --match, and that it scrapes /health/deep of the services.",
  );
}
