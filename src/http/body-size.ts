import type { Probe } from "../contract/probe.ts";

/** Bytes of a body that every caller reads; the kubelet and some load balancers read no more. */
const MAX_BODY = 10_240;

/** A warning, and the number of checks in the response that it is of. */
export interface LongBody {
  readonly text: string;
  readonly checks: number;
}

/** Returns the warning for checks whose longest deep body in json is over 10 KiB; none below that. */
export function bodySizeWarning(names: readonly string[]): readonly LongBody[] {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const bytes = JSON.stringify({ status: "unhealthy", checks }).length;
  return longBodyWarning("deep", names.length, bytes);
}

/** Returns the warning for a body of so many bytes; none up to 10 KiB. */
export function longBodyWarning(probe: Probe, checks: number, bytes: number): readonly LongBody[] {
  if (bytes <= MAX_BODY) return [];
  const text = `${probe} response of ${checks} checks can reach ${bytes} bytes, over ${MAX_BODY}, the most that some callers read; register fewer checks, or shorten their names`;
  return [{ text, checks }];
}
