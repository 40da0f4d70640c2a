import type { HealthRequest } from "./http.ts";
import type { Probe } from "./probe.ts";
import type { Report } from "./report.ts";

/**
 * How much an answer tells: the verdict alone, each check's name and whether it is ok, or also
 * reasons, timings and observations.
 */
export const EXPOSURES = ["status", "checks", "details"] as const;

/** One of the amounts that an answer may tell. */
export type Exposure = (typeof EXPOSURES)[number];

/**
 * A rule of the service's own: how much a request may see. One that fails, that returns anything
 * else, or that takes longer than the `deadline` lets it see `"status"`.
 */
export type ExposeRule = (request: HealthRequest, probe: Probe) => Exposure | Promise<Exposure>;

/** How much everybody sees: the same of every probe, something of each, or what a rule says. */
export type Expose = Exposure | { readonly [P in Probe]?: Exposure | undefined } | ExposeRule;

/** What a request asks of a format, besides the report. */
export interface Asked {
  /** Every check is listed, also when all is well. */
  readonly verbose: boolean;
  /** The names that the query excludes and that the probe has. */
  readonly excluded: readonly string[];
  /** The names that it excludes and that the probe does not have. */
  readonly unknown: readonly string[];
}

/** How a report is written on the wire. */
export interface Format {
  /** What `?format=` calls it. */
  readonly name: string;
  /** The value of `Content-Type`. */
  readonly mediaType: string;
  /** Whether `Accept` never chooses it, because its media type tells nothing of it. */
  readonly byNameAlone?: true;
  /** Whether the status is 200 whatever it says, because who reads it would drop any other. */
  readonly always200?: true;
  write(report: Report, exposure: Exposure, asked?: Asked): string;
}
