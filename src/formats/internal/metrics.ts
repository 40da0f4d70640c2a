import type { OutcomeStatus, Status } from "../../contract/check.ts";
import type { Exposure } from "../../contract/format.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { oneLine, shownChecks } from "./visible-checks.ts";

/** The samples of one name. */
export interface Family {
  readonly name: string;
  readonly help: string;
  /** The suffix of the name, where it has one. */
  readonly unit?: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const STATUSES: readonly OutcomeStatus[] = ["up", "degraded", "down"];
const STATES: readonly Status[] = [...STATUSES, "unknown"];

/** Returns the figures of a report, all of them gauges; families without a sample are left out. */
export function familiesOf(report: Report, exposure: Exposure): readonly Family[] {
  const checks = shownChecks(report, exposure);
  const families = [
    {
      name: "hale_probe_status",
      help: "1 for the status that the probe has, 0 for the others.",
      // In a report of one check, the status is not that of the probe.
      samples: (report.check === undefined ? STATUSES : []).map((status) => ({
        labels: { probe: report.probe, status },
        value: Number(status === report.status),
      })),
    },
    {
      name: "hale_check_state",
      help: "1 for the state that the check has, 0 for the others.",
      samples: checks.flatMap((check) => stateSamples(check, exposure)),
    },
    ...(exposure === "details" ? detailFamilies(checks) : []),
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

/** Makes the samples of a check's status; `unknown` is `down` where details are not exposed. */
function stateSamples({ name, status }: CheckReport, exposure: Exposure): readonly Sample[] {
  const visible = status === "unknown" && exposure !== "details" ? "down" : status;
  return STATES.map((state) => ({
    labels: { check: name, state },
    value: Number(state === visible),
  }));
}

function detailFamilies(checks: readonly CheckReport[]): readonly Family[] {
  return [
    {
      name: "hale_check_duration_seconds",
      help: "Time that the last run of the check took.",
      unit: "seconds",
      samples: timeSamples(checks, ({ duration }) => duration),
    },
    {
      name: "hale_check_age_seconds",
      help: "Time since the last run of the check began.",
      unit: "seconds",
      samples: timeSamples(checks, ({ age }) => age),
    },
    {
      name: "hale_check_observation",
      help: "A figure that the last run of the check saw.",
      samples: checks.flatMap(observationSamples),
    },
  ];
}

function timeSamples(
  checks: readonly CheckReport[],
  timeOf: (check: CheckReport) => number | undefined,
): readonly Sample[] {
  return checks.flatMap((check) => {
    const time = timeOf(check);
    return time === undefined
      ? []
      : [{ labels: { check: check.name }, value: Math.round(time) / 1000 }];
  });
}

/** Makes the samples of observations; texts are no figures, and are left out. */
function observationSamples({ name, observations = {} }: CheckReport): readonly Sample[] {
  return Object.entries(observations).flatMap(([observation, { value, unit = "" }]) =>
    typeof value === "string"
      ? []
      : [{ labels: { check: name, observation, unit }, value: Number(value) }],
  );
}

/** Writes a line for each sample; of samples with equal labels, the first. */
export function sampleLines({ name, samples }: Family): readonly string[] {
  const lines = new Map<string, string>();
  for (const { labels, value } of samples) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const series = `${name}{${pairs.join(",")}}`;
    if (!lines.has(series)) lines.set(series, `${series} ${figure(value)}`);
  }
  return [...lines.values()];
}

/** Escapes a label; a lone surrogate is written as it is encoded, so that equal labels are recognised. */
function escapeLabel(text: string): string {
  return oneLine(text)
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[\\"]/g, "\\$&");
}

function figure(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
