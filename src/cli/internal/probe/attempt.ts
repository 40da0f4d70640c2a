import { redirectNote, unmetBy } from "./expectations.ts";
import { exchange, type HttpReply } from "./http-exchange.ts";
import { maskSent } from "./mask-sent.ts";
import type { AttemptTime } from "./match-within.ts";
import { now } from "./now.ts";
import type { Plan } from "./plan.ts";
import { describeFailure, type ProbeFailure } from "./probe-failure.ts";
import type { Prober } from "./probers/prober.ts";
import { exchangeWithRedirects } from "./redirects.ts";
import type { HttpTarget, Target } from "./target.ts";
import { withTimeLimit } from "./time-limit.ts";

/** The result of one attempt at one target. */
export interface Verdict {
  readonly healthy: boolean;
  /** The explanation in one line. */
  readonly reason: string;
  /** The code of what failed, such as `ECONNREFUSED`. */
  readonly code?: string;
  /** The HTTP status, where there was a response. */
  readonly status?: number;
  /** The word of the prober of `--as`. */
  readonly verdict?: string;
}

/** The most bytes of a body that expectations see, and that are waited for. */
const KEEP = 64 * 1024;

/**
 * Sends one request to a target. What fails becomes a verdict; it never rejects.
 *
 * @param limit milliseconds that the attempt may take
 * @param cancel ends it early, as not healthy
 */
export async function attempt(
  target: Target,
  plan: Plan,
  limit: number,
  cancel: AbortSignal,
): Promise<Verdict> {
  const endsAt = now() + limit;
  const time = { limit, left: () => endsAt - now() };
  const verdict = await withTimeLimit(limit, cancel, (signal) =>
    requestTarget(target, plan, time, signal),
  ).catch((error: unknown) => failed(describeFailure(error, "response"), plan));
  const shown = { ...verdict, reason: await maskSent(verdict.reason, target, plan.headers) };
  return plan.invert ? inverted(shown) : shown;
}

function inverted(verdict: Verdict): Verdict {
  return { ...verdict, healthy: !verdict.healthy };
}

async function requestTarget(
  target: Target,
  plan: Plan,
  time: AttemptTime,
  signal: AbortSignal,
): Promise<Verdict> {
  const { prober } = plan;
  if (target.kind === "http") {
    const reply = await requestHttp(target, plan, signal);
    return prober === undefined
      ? verdictOf(reply, plan, time)
      : proberVerdictOf(reply, plan, prober);
  }
  const word = prober === undefined ? {} : { verdict: prober.passed };
  if (target.kind === "tcp") {
    const { openSocket } = await import("./open-socket.ts");
    (await openSocket(target.address, undefined, signal)).destroy();
    return { healthy: true, reason: "connection accepted", ...word };
  }
  const { callHealthCheck } = await import("./grpc-call.ts");
  const { "user-agent": userAgent } = prober?.headers ?? {};
  const { authorization } = plan.headers;
  const metadata = { userAgent, authorization: authorization?.toString() };
  const status = await callHealthCheck(target, plan.tls, metadata, signal);
  if (status === "SERVING") return { healthy: true, reason: status, ...word };
  const notServing = failed(describeFailure(new Error(status), "body"), plan);
  return { ...notServing, code: status };
}

async function requestHttp(
  target: HttpTarget,
  plan: Plan,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { prober, method, tls } = plan;
  const authorization =
    target.authorization === undefined ? {} : { authorization: target.authorization };
  const headers = { ...authorization, ...plan.headers };
  if (prober === undefined) {
    return exchange(target, { method, headers, tls, keep: KEEP, body: "kept" }, signal);
  }
  const { keep, body, lenient = false } = prober;
  const query = { method, headers, tls, keep, body, lenient };
  if (prober.version === "1.0") {
    const { exchangeHttp10 } = await import("./http10-exchange.ts");
    return exchangeHttp10(target, query, signal);
  }
  return exchangeWithRedirects(target, query, prober.redirects, signal);
}

/** The verdict by the expectations that were given. */
function verdictOf(reply: HttpReply, { expected }: Plan, time: AttemptTime): Verdict {
  const { status } = reply;
  const unmet = unmetBy(reply, expected, time);
  return { healthy: unmet === undefined, reason: unmet ?? `status ${status}`, status };
}

/** The verdict of a prober. */
function proberVerdictOf(reply: HttpReply, { expected }: Plan, prober: Prober): Verdict {
  const { status } = reply;
  const conclusion = prober.conclude(reply, expected.status);
  return { ...conclusion, reason: `status ${status}${redirectNote(reply)}`, status };
}

function failed({ code, message, stage }: ProbeFailure, { prober }: Plan): Verdict {
  const word = prober === undefined ? {} : { verdict: prober.failed({ code, stage }) };
  return { healthy: false, reason: message, ...(code === "" ? {} : { code }), ...word };
}
