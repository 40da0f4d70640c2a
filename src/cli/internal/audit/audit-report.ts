import { createMask } from "../../../contract/value-mask.ts";
import { maskCredentials } from "../../../report/mask-credentials.ts";
import { urlPartsOf } from "../../../report/url-parts.ts";
import type { AuditResult } from "../../../testing/index.ts";

/** The verdict of one prober about an endpoint. */
export interface ProberVerdict {
  /** The name by which `--as` takes it, such as `kubelet`. */
  readonly prober: string;
  /** Whether the prober counts the endpoint as healthy. */
  readonly accepts: boolean;
  /** The request that it sends, such as `GET /health over HTTP/1.1`. */
  readonly request: string;
  /** The conclusions, and their evidence. */
  readonly reason: string;
}

/** The findings about one endpoint. */
export interface AuditReport {
  /** The URL of the endpoint, without credentials. */
  readonly url: string;
  /** The reason for which the endpoint could not be audited; there are no results then. */
  readonly failure: string | undefined;
  readonly results: readonly AuditResult[];
  readonly verdicts: readonly ProberVerdict[];
}

/**
 * Masks the credentials in what a report repeats of the URL and of responses, which may repeat those of the URL; the audits
 * have done so in their messages.
 */
export function maskReport({ url, failure, results, verdicts }: AuditReport): AuditReport {
  const hide = createMask({ values: urlPartsOf(url).credentials });
  const mask = (text: string) => maskCredentials(hide(text));
  return {
    url: maskCredentials(url),
    failure: failure === undefined ? undefined : mask(failure),
    results,
    verdicts: verdicts.map(({ request, reason, ...rest }) => ({
      ...rest,
      request: mask(request),
      reason: mask(reason),
    })),
  };
}

/** The number of results of each kind. */
export interface AuditCounts {
  readonly passed: number;
  readonly skipped: number;
  readonly failedMust: number;
  readonly failedShould: number;
}

/** Counts the results of a report. */
export function countsOf({ results }: AuditReport): AuditCounts {
  const count = (matches: (result: AuditResult) => boolean) => results.filter(matches).length;
  return {
    passed: count(({ status }) => status === "passed"),
    skipped: count(({ status }) => status === "skipped"),
    failedMust: count(({ status, level }) => status === "failed" && level === "MUST"),
    failedShould: count(({ status, level }) => status === "failed" && level === "SHOULD"),
  };
}
