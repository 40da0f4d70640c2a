import { exchange, type HttpAnswer, type HttpQuery } from "./http-exchange.ts";
import { ProbeFailure } from "./probe-failure.ts";
import { type HttpTarget, httpTarget } from "./target.ts";

/** Which redirects are followed. */
export type RedirectRule = "none" | "same-host" | "any-host";

/** The most redirects that Go's HTTP client follows, and so the kubelet and Consul. */
const MAX_REDIRECTS = 10;

/**
 * Sends a request, and follows its redirects by a rule; one that is not followed is the answer.
 *
 * @throws ProbeFailure also after ten redirects
 */
export async function exchangeWithRedirects(
  target: HttpTarget,
  query: HttpQuery,
  rule: RedirectRule,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let current = target;
  let { method, headers } = query;
  for (let followed = 0; ; followed++) {
    const answer = await exchange(current, { ...query, method, headers }, signal);
    const next = rule === "none" ? undefined : nextTarget(current, answer);
    if (next === undefined || (rule === "same-host" && hostOf(next) !== hostOf(target)))
      return answer;
    if (followed === MAX_REDIRECTS) {
      throw new ProbeFailure("", `more than ${MAX_REDIRECTS} redirects`, "body");
    }
    if (hostOf(next) !== hostOf(current)) headers = withoutSecrets(headers);
    if (![307, 308].includes(answer.status) && method !== "HEAD") method = "GET";
    current = next;
  }
}

/** The target of a redirect; `undefined` when an answer is none, or leads to no HTTP URL. */
function nextTarget(from: HttpTarget, { status, headers }: HttpAnswer): HttpTarget | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const base = `${from.secure ? "https" : "http"}://${from.authority}${from.path}`;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  return ["http:", "https:"].includes(url.protocol) ? httpTarget(url) : undefined;
}

/** Removes what was meant for the first host alone. */
function withoutSecrets(headers: HttpQuery["headers"]): HttpQuery["headers"] {
  const secret = ["authorization", "cookie", "host"];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !secret.includes(name.toLowerCase())),
  );
}

function hostOf({ address }: HttpTarget): string | undefined {
  return address.path === undefined ? address.host : undefined;
}
