/** Bytes of a body that every caller reads; some load balancers and the kubelet read no more. */
const MAX_BODY = 10_240;

/** The warning for a set of checks whose longest deep body is over 10 KiB; `undefined` below that. */
export function bodySizeWarning(names: readonly string[]): string | undefined {
  const checks = Object.fromEntries(names.map((name) => [name, "degraded"]));
  const bytes = JSON.stringify({ status: "unhealthy", checks }).length;
  if (bytes <= MAX_BODY) return undefined;
  return `the deep body of these ${names.length} checks can take ${bytes} bytes, over ${MAX_BODY}: some callers read no more than that; register fewer checks, or shorten their names`;
}
