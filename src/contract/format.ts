import type { Report } from "./report.ts";

/**
 * How much an answer tells: the verdict alone, each check's name and whether it is ok, or also
 * reasons, timings and observations.
 */
export const EXPOSURES = ["status", "checks", "details"] as const;

/** One of the amounts that an answer may tell. */
export type Exposure = (typeof EXPOSURES)[number];

/** How a report is written on the wire. */
export interface Format {
  /** What `?format=` calls it. */
  readonly name: string;
  /** The value of `Content-Type`. */
  readonly mediaType: string;
  write(report: Report, exposure: Exposure): string;
}
