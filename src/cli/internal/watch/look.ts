import { attempt } from "../probe/attempt.ts";
import { exchange } from "../probe/http-exchange.ts";
import { describeFailure, TimeoutReason } from "../probe/probe-failure.ts";
import type { HttpTarget, Target } from "../probe/target.ts";
import { VERSION } from "../version.ts";
import type { Sighting } from "./endpoint-history.ts";
import { reasonOf, statedStatus } from "./reason-of.ts";

/** Bytes of a body that are read: a report of a thousand checks has fewer. */
const MAX_BODY = 1024 * 1024;

/** Certificates are not verified, as most probers do not. */
const TLS = { verify: false };

export interface LookOptions {
  /** Milliseconds that the request may take. */
  readonly timeout: number;
  /** The headers of requests over HTTP. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** Sends one request to an endpoint, and concludes its status. Never rejects. */
export async function look(target: Target, options: LookOptions): Promise<Sighting> {
  return target.kind === "http" ? lookByHttp(target, options) : lookByCall(target, options);
}

async function lookByHttp(
  target: HttpTarget,
  { timeout, headers, signal }: LookOptions,
): Promise<Sighting> {
  const started = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new TimeoutReason(timeout)), timeout);
  const { authorization } = target;
  const all = {
    "user-agent": `hale/${VERSION}`,
    accept: "*/*",
    ...(authorization !== undefined && { authorization }),
    ...headers,
  };
  const query = { method: "GET", headers: all, tls: TLS, keep: MAX_BODY, body: "kept" } as const;
  try {
    const { status, body } = await exchange(target, query, AbortSignal.any([signal, limit.signal]));
    return { ...conclude(status, body), latency: performance.now() - started };
  } catch (error) {
    const { message } = describeFailure(error, "response");
    return { status: "down", reason: message, latency: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function conclude(status: number, body: string): Omit<Sighting, "latency"> {
  const reason = reasonOf(body);
  if (status < 200 || status >= 300) {
    return { status: "down", reason: reason === "" ? `status ${status}` : reason };
  }
  const isDegraded = ["degraded", "warn", "warning"].includes(statedStatus(body) ?? "");
  return isDegraded ? { status: "degraded", reason } : { status: "up", reason: "" };
}

/** Connects to a port, or calls the health service of gRPC. */
async function lookByCall(target: Target, { timeout, signal }: LookOptions): Promise<Sighting> {
  const started = performance.now();
  const plan = {
    targets: [target],
    timeout,
    method: "GET",
    headers: {},
    tls: TLS,
    expected: { status: [], headers: [], texts: [], patterns: [], json: [] },
    prober: undefined,
    invert: false,
  };
  const { healthy, reason } = await attempt(target, plan, timeout, signal);
  if (!healthy) return { status: "down", reason, latency: undefined };
  return { status: "up", reason: "", latency: performance.now() - started };
}
