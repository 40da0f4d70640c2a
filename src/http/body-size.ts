/** Bytes of a body that every caller reads; the kubelet and some load balancers read no more. */
const MAX_BODY = 10_240;

/** Returns the warning for checks whose longest deep body is over 10 KiB; `undefined` below that. */
export function bodySizeWarning(names: readonly string[]): string | undefined {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const bytes = JSON.stringify({ status: "unhealthy", checks }).length;
  if (bytes <= MAX_BODY) return undefined;
  return `deep response of ${names.length} checks can reach ${bytes} bytes, over ${MAX_BODY}, the most that some callers read; register fewer checks, or shorten their names`;
}
