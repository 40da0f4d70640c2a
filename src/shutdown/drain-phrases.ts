import { inSeconds } from "../telemetry/in-seconds.ts";

/** A condition that a drain waits for. */
export interface Condition {
  /** The moment at which it is met if nothing happens meanwhile. */
  readonly until: number;
  /** The sentence for when it is met; absent when the passing of time alone does not meet it. */
  readonly met?: string;
  /** The sentence for when it is not met at the longest time. */
  readonly missing: string;
  /** The conditions of the end, at the start; absent for none. */
  readonly awaited?: string;
}

/** The sentence for a service that does not become quiet. */
export const STILL_REQUESTS = "requests still came";

/** Describes the quiet time that has passed. */
export function noRequestsFor(quiet: number): string {
  return `no requests for ${inSeconds(quiet)}`;
}

/** Describes the quiet time that is waited for. */
export function withoutRequests(quiet: number): string {
  return `${inSeconds(quiet)} without requests`;
}
