import {
  type CheckCounts,
  DURATION_BOUNDS,
  type Figures,
  OUTCOMES,
  STATES,
  STATUS_CODES,
} from "../contract/figures.ts";
import type { Exposure } from "../contract/format.ts";
import { SHUTDOWN_STAGES } from "../contract/health.ts";
import { PHASES, PROBES } from "../contract/probe.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import { VERSION } from "./version.ts";

/** The samples of one name. */
export interface Family {
  /** The name; that of a counter is without its suffix `_total`. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** One sample of a family. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** The suffix of the name in a histogram. */
  readonly suffix?: string;
}

type Labels = Readonly<Record<string, string>>;

/** Returns the figures of a report and of the service; some families may have no sample. */
export function familiesOf(
  { probe, check, status, phase, checks }: Report,
  exposure: Exposure,
  figures: Figures | undefined,
): readonly Family[] {
  const families: Family[] = [];
  const add = (type: Family["type"], name: string, help: string, samples: readonly Sample[]) =>
    families.push({ name: `hale_${name}`, type, help, samples });
  const ofChecks = (samplesOf: (check: CheckReport, labels: Labels) => readonly Sample[]) =>
    checks.flatMap((each) => samplesOf(each, { check: each.name }));
  const ofCounts = (samplesOf: (counts: CheckCounts, labels: Labels) => readonly Sample[]) =>
    ofChecks(({ name }, labels) => {
      const counts = figures?.ofChecks.get(name);
      return counts ? samplesOf(counts, labels) : [];
    });
  const whole = check === undefined;
  const details = exposure === "details";

  add(
    "gauge",
    "probe_status",
    "1 for the status that the probe has, 0 for the others.",
    // In a report of one check, the status is not that of the probe.
    whole ? labelled({ probe }, "status", OUTCOMES, (each) => each === status) : [],
  );
  if (exposure === "status") return families;
  add(
    "gauge",
    "check_state",
    "1 for the state that the check has, 0 for the others.",
    ofChecks(({ status }, labels) => {
      // Without details, unknown is down.
      const shown = status === "unknown" && !details ? "down" : status;
      return labelled(labels, "state", STATES, (each) => each === shown);
    }),
  );
  if (!details) return families;
  add(
    "gauge",
    "check_info",
    "1, with what the check is to the service.",
    ofChecks(({ scope, critical, shared }, { check = "" }) => [
      { labels: { check, scope, critical: `${critical}`, shared: `${shared}` }, value: 1 },
    ]),
  );
  add(
    "gauge",
    "check_duration_seconds",
    "Time that the last run of the check took.",
    ofChecks(({ duration }, labels) => timeSample(labels, duration)),
  );
  add(
    "gauge",
    "check_age_seconds",
    "Time since the last run of the check began.",
    ofChecks(({ age }, labels) => timeSample(labels, age)),
  );
  add(
    "gauge",
    "check_observation",
    "A figure that the last run of the check saw.",
    ofChecks(observationSamples),
  );
  add(
    "counter",
    "check_runs",
    "Runs of the check.",
    ofCounts((counts, labels) => labelled(labels, "outcome", OUTCOMES, (each) => counts[each])),
  );
  add(
    "counter",
    "check_timeouts",
    "Runs of the check that had not ended at their timeout.",
    ofCounts(({ timeouts = 0 }, labels) => [{ labels, value: timeouts }]),
  );
  add(
    "counter",
    "check_write_offs",
    "Runs of the check that went on after their abort at the timeout.",
    ofCounts(({ writeOffs = 0 }, labels) => [{ labels, value: writeOffs }]),
  );
  add(
    "counter",
    "check_transitions",
    "Changes of the check to another state.",
    ofCounts((counts, labels) => labelled(labels, "to", STATES, (each) => counts[`to ${each}`])),
  );
  add(
    "histogram",
    "check_run_duration_seconds",
    "Time that runs of the check took.",
    ofCounts(durationSamples),
  );
  if (!whole || !figures) return families;
  const { ofProcess, lag } = figures;
  add(
    "counter",
    "probe_responses",
    "Responses to probes.",
    PROBES.flatMap((probe) =>
      labelled({ probe }, "code", STATUS_CODES, (code) => ofProcess(`${probe} ${code}`)),
    ),
  );
  add(
    "gauge",
    "phase",
    "1 for the phase of the process, 0 for the others.",
    labelled({}, "phase", PHASES, (each) => each === phase),
  );
  add(
    "gauge",
    "shutdown_stage_start_time_seconds",
    "Unix time at which a stage of the shutdown began.",
    labelled({}, "stage", SHUTDOWN_STAGES, ofProcess).filter(({ value }) => value > 0),
  );
  add("gauge", "event_loop_lag_seconds", "Time since the event loop turned.", timeSample({}, lag));
  add(
    "counter",
    "event_loop_stalled_seconds",
    "Time for which the event loop stood still.",
    timeSample({}, ofProcess("stalled")),
  );
  add("gauge", "build_info", "The version of hale.", [{ labels: { version: VERSION }, value: 1 }]);
  return families;
}

/** Makes a sample for each of some values of a label. */
function labelled<T>(
  labels: Labels,
  label: string,
  values: readonly T[],
  countOf: (value: T) => number | boolean | undefined,
): readonly Sample[] {
  return values.map((each) => ({
    labels: { ...labels, [label]: `${each}` },
    value: Number(countOf(each) ?? 0),
  }));
}

function timeSample(labels: Labels, time: number | undefined): readonly Sample[] {
  return time === undefined ? [] : [{ labels, value: seconds(time) }];
}

/** Makes the samples of observations; texts are no figures, and are left out. */
function observationSamples({ observations = {} }: CheckReport, labels: Labels): readonly Sample[] {
  return Object.entries(observations).flatMap(([observation, { value, unit = "" }]) =>
    typeof value === "string"
      ? []
      : [{ labels: { ...labels, observation, unit }, value: Number(value) }],
  );
}

/** Makes the samples of a histogram, whose buckets hold those below them too. */
function durationSamples(counts: CheckCounts, labels: Labels): readonly Sample[] {
  const { up = 0, degraded = 0, down = 0, time = 0 } = counts;
  const value = up + degraded + down;
  let below = 0;
  const buckets = DURATION_BOUNDS.map((bound) => {
    below += counts[`${bound}`] ?? 0;
    // With a fraction, as OpenMetrics writes it, so that the series is one in each format.
    const le = `${bound / 1000}${bound < 1000 ? "" : ".0"}`;
    return { suffix: "_bucket", labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value },
    { suffix: "_sum", labels, value: seconds(time) },
    { suffix: "_count", labels, value },
  ];
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
