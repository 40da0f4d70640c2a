import { exchange, type HttpQuery, type HttpReply } from "./http-exchange.ts";
import { ProbeFailure } from "./probe-failure.ts";
import { type HttpTarget, httpTarget } from "./target.ts";

/** Which redirects are followed. */
export type RedirectRule = "none" | "same-host" | "any-host";

/** The most redirects that Go's HTTP client follows, and so the kubelet and Consul. */
const MAX_REDIRECTS = 10;

/**
 * Sends a request, and follows its redirects by a rule; one that is not followed is the reply.
 *
 * @throws ProbeFailure also after ten redirects
 */
export async function exchangeWithRedirects(
  target: HttpTarget,
  query: HttpQuery,
  rule: RedirectRule,
  signal: AbortSignal,
): Promise<HttpReply> {
  let current = target;
  let { method, headers } = query;
  for (let followed = 0; ; followed++) {
    const reply = await exchange(current, { ...query, method, headers }, signal);
    const next = rule === "none" ? undefined : nextTarget(current, reply);
    if (next === undefined || (rule === "same-host" && hostOf(next) !== hostOf(target)))
      return reply;
    if (followed === MAX_REDIRECTS) {
      throw new ProbeFailure("", `more than ${MAX_REDIRECTS} redirects`, "body");
    }
    if (hostOf(next) !== hostOf(current)) headers = withoutSecrets(headers);
    if (![307, 308].includes(reply.status) && method !== "HEAD") method = "GET";
    current = next;
  }
}

/** The target of a redirect; `undefined` when a reply is none, or leads to no HTTP URL. */
function nextTarget(from: HttpTarget, { status, headers }: HttpReply): HttpTarget | undefined {
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
