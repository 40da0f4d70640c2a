import { maskCredentials } from "../../../report/mask-credentials.ts";
import { excerpt } from "../probe/excerpt.ts";
import { exchange, type HttpReply, type RequestHeaders } from "../probe/http-exchange.ts";
import { maskSent } from "../probe/mask-sent.ts";
import { describeFailure, TIMEOUT } from "../probe/probe-failure.ts";
import { httpTarget } from "../probe/target.ts";
import type { TlsSettings } from "../probe/tls-settings.ts";
import { VERSION } from "../version.ts";
import { PrometheusFailure } from "./prometheus-failure.ts";
import { queryUrl } from "./prometheus-url.ts";

/** The labels of a series. A label that it does not have is absent, which PromQL takes for empty. */
export type Labels = Readonly<Record<string, string>>;

/** One sample of an instant query. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** The result of an instant query. */
export interface QueryResult {
  readonly samples: readonly Sample[];
  /** Texts of the server, such as that a store of Thanos did not respond. */
  readonly warnings: readonly string[];
}

export interface PrometheusOptions {
  readonly url: URL;
  readonly headers: RequestHeaders;
  readonly tls: TlsSettings;
  /** Milliseconds that the server may take for one query. */
  readonly timeout: number;
}

/** Bytes of a response that are read: a row of each of 100,000 replicas has fewer. */
const MAX_BODY = 64 * 1024 * 1024;

/** A client of the HTTP API of Prometheus, for instant queries. */
export class PrometheusClient {
  readonly #options: PrometheusOptions;

  constructor(options: PrometheusOptions) {
    this.#options = options;
  }

  /** The address of the server, without credentials and query. */
  get address(): string {
    return shownUrl(this.#options.url);
  }

  /**
   * Sends one instant query.
   *
   * @param time seconds since the epoch; without it, the server's own time counts
   * @throws PrometheusFailure
   */
  async query(
    expression: string,
    time: number | undefined,
    signal: AbortSignal,
  ): Promise<QueryResult> {
    const { url, timeout, headers, tls } = this.#options;
    const target = httpTarget(queryUrl(url, expression, time, timeout));
    const { authorization } = target;
    const all = {
      "user-agent": `hale/${VERSION}`,
      accept: "application/json",
      ...(authorization !== undefined && { authorization }),
      ...headers,
    };
    const request = { method: "GET", headers: all, tls, keep: MAX_BODY, body: "kept" } as const;
    try {
      const reply = await exchange(target, request, signal).catch((error: unknown) => {
        throw unreachable(url, error);
      });
      const { samples, warnings } = readReply(url, reply);
      const mask = (text: string) => maskSent(text, httpTarget(url), headers);
      return { samples, warnings: await Promise.all(warnings.map(mask)) };
    } catch (failure) {
      if (!(failure instanceof PrometheusFailure)) throw failure;
      throw new PrometheusFailure(
        failure.code,
        await maskSent(failure.message, httpTarget(url), headers),
      );
    }
  }
}

/** Writes the address without credentials and query, for output. */
function shownUrl({ protocol, host, pathname }: URL): string {
  return maskCredentials(`${protocol}//${host}${pathname === "/" ? "" : pathname}`);
}

function unreachable(url: URL, error: unknown): PrometheusFailure {
  const { message, code } = describeFailure(error, "response");
  const hint =
    code === TIMEOUT
      ? "Give it more time by --timeout, or fewer series by --match."
      : "Check --prometheus and, where it needs one, --cacert.";
  return new PrometheusFailure(
    "HALE_PROMETHEUS_UNREACHABLE",
    `${shownUrl(url)} did not respond: ${message}. ${hint}`,
  );
}

function readReply(url: URL, { status, body, truncated }: HttpReply): QueryResult {
  const shown = shownUrl(url);
  if (status === 401 || status === 403) {
    throw new PrometheusFailure(
      "HALE_PROMETHEUS_REFUSED",
      `${shown} refused the query (status ${status}). Give it an access token by --token-file, or what else it wants by --header or --cert.`,
    );
  }
  const fail = (reason: string) =>
    new PrometheusFailure("HALE_PROMETHEUS_ERROR", `${shown} ${maskCredentials(reason)}`);
  if (truncated) {
    throw fail(`sent more than ${MAX_BODY / 2 ** 20} MiB. Ask for fewer series by --match.`);
  }
  const response = parse(body);
  if (response === undefined) {
    throw fail(
      `sent no response of the Prometheus API (status ${status}): ${excerpt(body) || "an empty body"}. The path of --prometheus may lead elsewhere: check it.`,
    );
  }
  if (response.status !== "success") {
    const reason = excerpt([response.errorType, response.error].filter(Boolean).join(": "));
    throw fail(`failed to run the query (status ${status}): ${reason || "no reason given"}.`);
  }
  const samples = samplesOf(response.data);
  const { warnings = [] } = response;
  if (samples === undefined || !Array.isArray(warnings)) {
    throw fail("sent a response of another shape than Prometheus does.");
  }
  return {
    samples,
    warnings: warnings.map((warning) => maskCredentials(excerpt(String(warning)))),
  };
}

interface ApiResponse {
  readonly status?: unknown;
  readonly data?: unknown;
  readonly errorType?: unknown;
  readonly error?: unknown;
  readonly warnings?: unknown;
}

function parse(body: string): ApiResponse | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const { status } = (value ?? {}) as ApiResponse;
    return status === "success" || isError(value) ? (value as ApiResponse) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a body is an error of the API: other servers with a status give no type of it. */
function isError(value: unknown): boolean {
  const { status, errorType, error } = (value ?? {}) as ApiResponse;
  return status === "error" && (typeof errorType === "string" || typeof error === "string");
}

/** The values of Prometheus that are no number of anything. */
const NOT_FINITE = new Set<unknown>(["NaN", "+Inf", "-Inf"]);

/**
 * Reads a vector, or a scalar as one sample without labels; `undefined` for anything else. One sample of a vector that is
 * not finite is left out, so that it does not hide the others.
 */
function samplesOf(data: unknown): readonly Sample[] | undefined {
  const { resultType, result } = (data ?? {}) as { resultType?: unknown; result?: unknown };
  if (!Array.isArray(result)) return undefined;
  const rows: readonly unknown[] =
    resultType === "scalar" ? [{ metric: {}, value: result }] : result;
  if (resultType !== "scalar" && resultType !== "vector") return undefined;
  const samples: Sample[] = [];
  for (const row of rows) {
    const { metric, value } = (row ?? {}) as { metric?: unknown; value?: unknown };
    const number = Array.isArray(value) ? Number(value[1] ?? Number.NaN) : Number.NaN;
    if (!isLabels(metric)) return undefined;
    if (resultType === "vector" && Array.isArray(value) && NOT_FINITE.has(value[1])) continue;
    if (!Number.isFinite(number)) return undefined;
    samples.push({ labels: metric, value: number });
  }
  return samples;
}

function isLabels(metric: unknown): metric is Labels {
  if (typeof metric !== "object" || metric === null) return false;
  return Object.values(metric).every((value) => typeof value === "string");
}
