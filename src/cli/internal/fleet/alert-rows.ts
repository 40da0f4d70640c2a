import { type FleetRule, type FleetSamples, SERVICE_LABELS } from "./fleet-queries.ts";
import { type AlertRow, isCritical } from "./fleet-report.ts";
import { byLabels, keyOf, pick } from "./row-labels.ts";

/** Makes a row for each cause that is alerted, those that are critical first. */
export function alertRows(
  { alerts, alertsSince }: FleetSamples,
  { by, zoneLabel }: FleetRule,
): readonly AlertRow[] {
  const names = [
    ...new Set([...by, ...SERVICE_LABELS, zoneLabel, "alertname", "severity", "check"]),
  ];
  const since = new Map(alertsSince.map(({ labels, value }) => [keyOf(labels, names), value]));
  const rows = alerts.map(({ labels, value }): AlertRow => {
    const { alertname = "", severity = "", check = "" } = labels;
    return {
      ...{ labels: pick(labels, by), alert: alertname, severity, check },
      ...{ zone: labels[zoneLabel] ?? "", count: value },
      since: since.get(keyOf(labels, names)),
    };
  });
  return rows.sort(
    (one, other) =>
      Number(isCritical(other)) - Number(isCritical(one)) ||
      one.alert.localeCompare(other.alert) ||
      byLabels(one, other),
  );
}
