import type { Probe } from "../contract/probe.ts";

/** Bytes of a body that every caller reads; the kubelet and some load balancers read no more. */
const MAX_BODY = 10_240;

/** Returns the warning for checks whose longest deep body in json is over 10 KiB; none below that. */
export function bodySizeWarning(names: readonly string[]): readonly string[] {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const bytes = JSON.stringify({ status: "unhealthy", checks }).length;
  return longBodyWarning("deep", names.length, bytes);
}

/** Returns the warning for a body of so many bytes; none up to 10 KiB. */
export function longBodyWarning(probe: Probe, count: number, bytes: number): readonly string[] {
  if (bytes <= MAX_BODY) return [];
  const text = `${probe} response of ${count} checks can reach ${bytes} bytes, over ${MAX_BODY}, the most that some callers read; register fewer checks, or shorten their names`;
  return [text];
}
