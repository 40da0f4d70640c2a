import { maskCredentials } from "../../../report/mask-credentials.ts";
import { attempt } from "../probe/attempt.ts";
import { exchange } from "../probe/http-exchange.ts";
import { maskSent } from "../probe/mask-sent.ts";
import { describeFailure } from "../probe/probe-failure.ts";
import type { HttpTarget, Target } from "../probe/target.ts";
import { withTimeLimit } from "../probe/time-limit.ts";
import type { TlsSettings } from "../probe/tls-settings.ts";
import { VERSION } from "../version.ts";
import type { ProbeResult } from "./endpoint-history.ts";
import { reasonOf, statedStatus } from "./reason-of.ts";

/** Bytes of a body that are read: a report of a thousand checks has fewer. */
const MAX_BODY = 1024 * 1024;

export interface LookOptions {
  /** Milliseconds that the request may take. */
  readonly timeout: number;
  /** The headers of requests over HTTP; of gRPC calls, `authorization` alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** Sends one request to an endpoint, and concludes its status, with a reason without credentials. Never rejects. */
export async function look(target: Target, options: LookOptions): Promise<ProbeResult> {
  const response =
    target.kind === "http" ? lookByHttp(target, options) : lookByCall(target, options);
  const result = await response;
  const reason = await maskSent(result.reason, target, options.headers);
  return { ...result, reason: maskCredentials(reason) };
}

async function lookByHttp(
  target: HttpTarget,
  { timeout, headers, tls, signal }: LookOptions,
): Promise<ProbeResult> {
  const started = performance.now();
  const { authorization } = target;
  const all = {
    "user-agent": `hale/${VERSION}`,
    accept: "*/*",
    ...(authorization !== undefined && { authorization }),
    ...headers,
  };
  const query = { method: "GET", headers: all, tls, keep: MAX_BODY, body: "kept" } as const;
  try {
    const { status, body } = await withTimeLimit(timeout, signal, (ending) =>
      exchange(target, query, ending),
    );
    return { ...conclude(status, body), latency: performance.now() - started };
  } catch (error) {
    const { message } = describeFailure(error, "response");
    return { status: "down", reason: message, latency: undefined };
  }
}

function conclude(status: number, body: string): Omit<ProbeResult, "latency"> {
  const reason = reasonOf(body);
  if (status < 200 || status >= 300) {
    return { status: "down", reason: reason === "" ? `status ${status}` : reason };
  }
  const isDegraded = ["degraded", "warn", "warning"].includes(statedStatus(body) ?? "");
  return isDegraded ? { status: "degraded", reason } : { status: "up", reason: "" };
}

/** Connects to a port, or calls the health service of gRPC. */
async function lookByCall(
  target: Target,
  { timeout, headers, tls, signal }: LookOptions,
): Promise<ProbeResult> {
  const started = performance.now();
  const plan = {
    targets: [target],
    timeout,
    method: "GET",
    headers,
    tls,
    expected: { status: [], headers: [], texts: [], patterns: [], json: [] },
    prober: undefined,
    invert: false,
  };
  const { healthy, reason } = await attempt(target, plan, timeout, signal);
  if (!healthy) return { status: "down", reason, latency: undefined };
  return { status: "up", reason: "", latency: performance.now() - started };
}
