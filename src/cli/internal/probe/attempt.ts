import { redirectNote, unmetBy } from "./expectations.ts";
import { exchange, type HttpAnswer } from "./http-exchange.ts";
import { onAbort } from "./on-abort.ts";
import type { Plan } from "./plan.ts";
import { describeFailure, type ProbeFailure, TimeoutReason } from "./probe-failure.ts";
import type { Prober } from "./probers/prober.ts";
import { exchangeWithRedirects } from "./redirects.ts";
import type { HttpTarget, Target } from "./target.ts";

/** The result of one attempt at one target. */
export interface Verdict {
  readonly healthy: boolean;
  /** Why, in one line. */
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
 * Asks a target once. What fails becomes a verdict; it never rejects.
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
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new TimeoutReason(limit)), limit);
  const release = onAbort(cancel, (reason) => controller.abort(reason));
  try {
    const verdict = await ask(target, plan, controller.signal);
    return plan.invert ? inverted(verdict) : verdict;
  } catch (error) {
    const verdict = failed(describeFailure(error, "response"), plan);
    return plan.invert ? inverted(verdict) : verdict;
  } finally {
    clearTimeout(timer);
    release();
  }
}

function inverted(verdict: Verdict): Verdict {
  return { ...verdict, healthy: !verdict.healthy };
}

async function ask(target: Target, plan: Plan, signal: AbortSignal): Promise<Verdict> {
  const { prober } = plan;
  if (target.kind === "http") {
    const answer = await askHttp(target, plan, signal);
    return prober === undefined ? judged(answer, plan) : concluded(answer, plan, prober);
  }
  const word = prober === undefined ? {} : { verdict: prober.passed };
  if (target.kind === "tcp") {
    const { openSocket } = await import("./open-socket.ts");
    (await openSocket(target.address, undefined, signal)).destroy();
    return { healthy: true, reason: "connection accepted", ...word };
  }
  const { callHealthCheck } = await import("./grpc-call.ts");
  const agent = prober === undefined ? undefined : prober.headers["user-agent"];
  const status = await callHealthCheck(target, plan.tls, agent, signal);
  if (status === "SERVING") return { healthy: true, reason: status, ...word };
  const notServing = failed(describeFailure(new Error(status), "body"), plan);
  return { ...notServing, code: status };
}

async function askHttp(target: HttpTarget, plan: Plan, signal: AbortSignal): Promise<HttpAnswer> {
  const { prober, method, tls } = plan;
  const authorization =
    target.authorization === undefined ? {} : { authorization: target.authorization };
  const headers = { ...authorization, ...plan.headers };
  if (prober === undefined) {
    return exchange(target, { method, headers, tls, keep: KEEP, body: "kept" }, signal);
  }
  const query = { method, headers, tls, keep: prober.keep, body: prober.body };
  if (prober.version === "1.0") {
    const { exchangeHttp10 } = await import("./http10-exchange.ts");
    return exchangeHttp10(target, query, signal);
  }
  return exchangeWithRedirects(target, query, prober.redirects, signal);
}

/** The verdict by the expectations that were given. */
function judged(answer: HttpAnswer, { expected }: Plan): Verdict {
  const { status } = answer;
  const unmet = unmetBy(answer, expected);
  return { healthy: unmet === undefined, reason: unmet ?? `status ${status}`, status };
}

/** The verdict of a prober. */
function concluded(answer: HttpAnswer, { expected }: Plan, prober: Prober): Verdict {
  const { status } = answer;
  const conclusion = prober.conclude(answer, expected.status);
  return { ...conclusion, reason: `status ${status}${redirectNote(answer)}`, status };
}

function failed({ code, message, stage }: ProbeFailure, { prober }: Plan): Verdict {
  const word = prober === undefined ? {} : { verdict: prober.failed({ code, stage }) };
  return { healthy: false, reason: message, ...(code === "" ? {} : { code }), ...word };
}
