import { attempt, type Verdict } from "../probe/attempt.ts";
import type { Prober } from "../probe/probers/prober.ts";
import { PROBERS } from "../probe/probers/probers.ts";
import { formatRanges } from "../probe/status-ranges.ts";
import { type HttpTarget, httpTarget } from "../probe/target.ts";
import type { ProberVerdict } from "./audit-report.ts";

/**
 * Sends the request of each prober to an endpoint, and resolves to what each would conclude, by the rules of
 * `hale probe --as`. Redirects to other hosts are followed only where `allowRemote` permits.
 */
export function verdictsOf(url: URL, allowRemote: boolean): Promise<readonly ProberVerdict[]> {
  const target = httpTarget(url);
  return Promise.all(
    Object.entries(PROBERS).map(([name, prober]) => verdictOf(name, prober, target, allowRemote)),
  );
}

async function verdictOf(
  name: string,
  prober: Prober,
  target: HttpTarget,
  allowRemote: boolean,
): Promise<ProberVerdict> {
  const { method, headers, timeout, status, version } = prober;
  const redirects =
    prober.redirects === "any-host" && !allowRemote ? "same-host" : prober.redirects;
  const plan = {
    targets: [target],
    timeout,
    method,
    headers,
    tls: { verify: prober.verify },
    expected: { status, headers: [], texts: [], patterns: [], json: [] },
    prober: { ...prober, redirects },
    invert: false,
  } as const;
  const verdict = await attempt(target, plan, timeout, new AbortController().signal);
  const request = `${method} ${target.path}${version === "1.0" ? " over HTTP/1.0" : ""}`;
  return {
    prober: name,
    accepts: verdict.healthy,
    request,
    reason: reasonOf(verdict, prober, request),
  };
}

function reasonOf(
  { healthy, status, reason, verdict = "" }: Verdict,
  prober: Prober,
  request: string,
): string {
  if (healthy || status === undefined) return `${verdict}: ${reason}`;
  return `${verdict}: wants ${formatRanges(prober.status)}, but ${request} is ${status}`;
}
