import type { Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import type { HealthInternals } from "../health-internals.ts";
import type { Family } from "../telemetry/families.ts";

/** The types of Kubernetes' health checks, which are the names of its endpoints. */
const TYPES: { readonly [P in Probe]: string } = {
  liveness: "livez",
  readiness: "readyz",
  startup: "startupz",
  deep: "healthz",
};

/**
 * Returns the families by which the components of Kubernetes report their health checks: one series for each
 * endpoint that a check takes part in. Source: Kubernetes, component SLIs.
 */
export function kubernetesFamilies(
  { checks }: Report,
  { engine, figures }: Pick<HealthInternals, "engine" | "figures">,
): readonly Family[] {
  const { ofChecks } = figures();
  const probesOf = new Map(
    engine.runners.map(({ settings }) => [settings.name, settings.probes] as const),
  );
  const lines = checks.flatMap(({ name, status }) =>
    (probesOf.get(name) ?? []).map((probe) => ({ name, status, type: TYPES[probe] })),
  );
  return [
    {
      name: "kubernetes_healthcheck",
      type: "gauge",
      help: "1 while the check is up or degraded, else 0.",
      samples: lines.map(({ name, type, status }) => ({
        labels: { name, type },
        value: Number(status === "up" || status === "degraded"),
      })),
    },
    {
      name: "kubernetes_healthchecks",
      type: "counter",
      help: "Runs of the check, by their result.",
      samples: lines.flatMap(({ name, type }) => {
        const { up = 0, degraded = 0, down = 0 } = ofChecks.get(name) ?? {};
        const of = (status: string, value: number) => ({
          labels: { name, type, status },
          value,
        });
        return [of("success", up + degraded), of("error", down)];
      }),
    },
  ];
}
