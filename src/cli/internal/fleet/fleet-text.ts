import { printable } from "../printable.ts";
import type { Style, Terminal } from "../terminal.ts";
import { formatLength } from "../watch/units.ts";
import { SERVICE_LABELS } from "./fleet-queries.ts";
import {
  type AlertRow,
  type FleetReport,
  type GroupRow,
  isCritical,
  isFleetHealthy,
  type ZoneCount,
} from "./fleet-report.ts";
import type { Labels } from "./prometheus-client.ts";
import { type TextCell, type TextColumn, textTable } from "./text-table.ts";

/** Writes a fleet for people: a sentence, and a table for each of services, checks, alerts and replicas. */
export function fleetText(
  fleet: FleetReport,
  width: number,
  paint: Terminal["paint"],
): readonly string[] {
  const tables = [groupTable(fleet), checkTable(fleet), alertTable(fleet), replicaTable(fleet)];
  return [
    ...summaryOf(fleet, width, paint),
    ...tables.flatMap((table) =>
      table === undefined || table.rows.length === 0
        ? []
        : ["", ...textTable(table.columns, table.rows, width, paint)],
    ),
  ];
}

interface Table {
  readonly columns: readonly TextColumn[];
  readonly rows: readonly (readonly TextCell[])[];
}

/** Writes the verdict and the sums of all groups, in lines no wider than `width`. */
function summaryOf(fleet: FleetReport, width: number, paint: Terminal["paint"]): readonly string[] {
  const { groups, alerts } = fleet;
  const sum = (countOf: (group: GroupRow) => number) =>
    groups.reduce((total, group) => total + countOf(group), 0);
  const unhealthy = groups.filter(({ healthy }) => !healthy).length;
  const isHealthy = isFleetHealthy(fleet);
  const word = isHealthy ? "healthy" : "unhealthy";
  const noun = `${isByService(fleet) ? "services" : "groups"} of the last day`;
  const [first = "", ...facts] = [
    `${word}: ${isHealthy ? "" : `${unhealthy} of `}${groups.length} ${noun}`,
    `${sum(({ present }) => present)} of ${sum(({ expected }) => expected)} replicas present`,
    `${sum(({ down }) => down)} down`,
    `${alerts.reduce((total, { count }) => total + count, 0)} alerts`,
  ];
  const lines = [first];
  for (const fact of facts) {
    const longer = `${lines.at(-1)}, ${fact}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`  ${fact}`);
  }
  const [head = "", ...rest] = lines;
  return [head.replace(word, paint(isHealthy ? "green" : "red", word)), ...rest];
}

function isByService({ by }: FleetReport): boolean {
  return by.join() === SERVICE_LABELS.join();
}

function groupTitle(fleet: FleetReport): string {
  return isByService(fleet) ? "SERVICE" : fleet.by.join("/").toUpperCase();
}

/** The values of the labels of a group; of a service, those that it has. */
function nameOf(labels: Labels): TextCell {
  const values = Object.values(labels).map(printable);
  const isService = Object.keys(labels).join() === SERVICE_LABELS.join();
  const shown = isService ? values.filter((value) => value !== "") : values;
  return { text: shown.map((value) => value || "-").join("/") || "-" };
}

function zoneCell(zone: ZoneCount | undefined): TextCell {
  if (zone === undefined) return { text: "-" };
  return { text: `${printable(zone.zone)} ${zone.affected} of ${zone.replicas}` };
}

function groupTable(fleet: FleetReport): Table {
  const { groups } = fleet;
  const phases = (["starting", "draining"] as const).filter((phase) =>
    groups.some((group) => group[phase] > 0),
  );
  const hasZones = groups.some(({ worstZone }) => worstZone !== undefined);
  return {
    columns: [
      { title: groupTitle(fleet), shrinks: true },
      { title: "PRESENT", isNumber: true },
      { title: "DOWN", isNumber: true },
      ...phases.map((phase) => ({ title: phase.toUpperCase(), isNumber: true })),
      ...(hasZones ? [{ title: "WORST ZONE", shrinks: true }] : []),
    ],
    rows: groups.map((group) => {
      const { labels, present, expected, down, healthy, worstZone } = group;
      const style: Style = healthy ? "green" : "red";
      return [
        { ...nameOf(labels), style },
        { text: `${present} of ${expected}` },
        { text: `${down}` },
        ...phases.map((phase) => ({ text: `${group[phase]}` })),
        ...(hasZones ? [zoneCell(worstZone)] : []),
      ];
    }),
  };
}

const STATE_STYLES: Readonly<Record<string, Style>> = {
  down: "red",
  gone: "red",
  degraded: "yellow",
  unknown: "dim",
};

function checkTable(fleet: FleetReport): Table {
  const hasZones = fleet.checks.some(({ worstZone }) => worstZone !== undefined);
  return {
    columns: [
      { title: groupTitle(fleet), shrinks: true },
      { title: "CHECK", shrinks: true },
      { title: "STATE" },
      { title: "REPLICAS", isNumber: true },
      ...(hasZones ? [{ title: "WORST ZONE", shrinks: true }] : []),
    ],
    rows: fleet.checks.map(({ labels, check, state, affected, replicas, worstZone }) => [
      nameOf(labels),
      { text: printable(check) },
      { text: printable(state), style: STATE_STYLES[state] },
      { text: `${affected} of ${replicas}` },
      ...(hasZones ? [zoneCell(worstZone)] : []),
    ]),
  };
}

function alertTable(fleet: FleetReport): Table {
  return {
    columns: [
      { title: "ALERT", shrinks: true },
      { title: "SEVERITY" },
      { title: groupTitle(fleet), shrinks: true },
      { title: "OF", shrinks: true },
      { title: "SINCE" },
    ],
    rows: fleet.alerts.map((alert) => [
      { text: printable(alert.alert) },
      { text: printable(alert.severity), style: isCritical(alert) ? "red" : "yellow" },
      nameOf(alert.labels),
      { text: subjectOf(alert) },
      {
        text: alert.since === undefined ? "-" : formatLength((fleet.time - alert.since) * 1000),
      },
    ]),
  };
}

/** Names the subject of an alert, besides its service. */
function subjectOf({ check, zone, count }: AlertRow): string {
  const parts = [check, zone].map(printable).filter((part) => part !== "");
  return [...parts, ...(count > 1 ? [`${count} alerts`] : [])].join(", ") || "-";
}

function replicaTable(fleet: FleetReport): Table | undefined {
  if (fleet.replicas === undefined) return undefined;
  return {
    columns: [
      { title: groupTitle(fleet), shrinks: true },
      { title: "REPLICA", shrinks: true },
      { title: "CHECK", shrinks: true },
      { title: "STATE" },
    ],
    rows: fleet.replicas.map(({ labels, instance, check, state }) => [
      nameOf(labels),
      { text: printable(instance) },
      { text: printable(check) || "-" },
      { text: printable(state), style: STATE_STYLES[state] },
    ]),
  };
}
