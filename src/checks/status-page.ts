import {
  type Check,
  type CheckOptions,
  defineCheck,
  type OutcomeStatus,
} from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { CHECK_OPTION_RULES, milliseconds, type Rule, requireOption } from "../contract/options.ts";
import { ON_WORKERD } from "../contract/runtime.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { HTTP_CLIENT, type HttpDispatcher, type HttpFetch } from "./internal/http/http-client.ts";
import { createExchange } from "./internal/http/http-requester.ts";
import { HTTP_URL } from "./internal/http/http-url.ts";

/** The options of {@link statusPage}. */
export interface StatusPageOptions
  extends Omit<CheckOptions, "critical" | "shared" | "restartAfter"> {
  /** The vendor's page, such as `https://www.githubstatus.com`. */
  url: string | URL;
  /** Never critical: what a vendor writes must not take a service out of its load balancer. */
  readonly critical?: false | undefined;
  /** The client of the requests: a `fetch`, or a dispatcher of undici. */
  client?: HttpFetch | HttpDispatcher | undefined;
}

const NOT_CRITICAL: Rule = {
  expected: "false or left out, since what a vendor writes must not make this service unready",
  accepts: (value) => value === false,
};

/** The states of a vendor at Atlassian's Statuspage, and their statuses here. */
const INDICATORS: Readonly<Record<string, OutcomeStatus>> = {
  none: "up",
  maintenance: "degraded",
  minor: "degraded",
  major: "down",
  critical: "down",
};

const { shared: _, restartAfter: __, ...RULES } = CHECK_OPTION_RULES;

/**
 * Reads a vendor's status page in the format of Atlassian's Statuspage; it is never critical.
 *
 * It is asked in the background, every five minutes by default and at most every 30 s, however many probes
 * come; a run may take 10 s by default. On workerd, where nothing runs between requests, a probe asks, an answer is
 * reused for as long as `interval` says, and a run may take 500 ms by default.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { statusPage } from "hale/checks";
 *
 * const health = createHealth({
 *   checks: { github: statusPage({ url: "https://www.githubstatus.com" }) },
 * });
 * await health.close();
 * ```
 */
export function statusPage(options: StatusPageOptions): Check {
  const owner = "statusPage()";
  const rules: Readonly<Record<string, Rule>> = {
    url: HTTP_URL,
    client: HTTP_CLIENT,
    ...RULES,
    critical: NOT_CRITICAL,
    interval: milliseconds(30_000, 24 * 60 * 60 * 1000),
  };
  validateArgument(owner, options, rules, ["url"]);
  requireOption(owner, "url", options.url, HTTP_URL);
  const { url, client, interval = 300_000, timeout, ...rest } = options;
  const exchange = createExchange({
    url: new URL("/api/v2/status.json", url),
    headers: { accept: "application/json" },
    redirect: "same-origin",
    client,
  });
  return defineCheck({
    ...rest,
    ...(ON_WORKERD ? { maxAge: interval, timeout } : { interval, timeout: timeout ?? 10_000 }),
    critical: false,
    scope: "dependency",
    async run({ signal }) {
      const { status: code, text = "", responseTime } = await exchange.ask(signal);
      if (code !== 200) throw unexpectedReply("status 200", code);
      const { indicator, description } = parse(text);
      const status = Object.hasOwn(INDICATORS, indicator) ? INDICATORS[indicator] : undefined;
      if (status === undefined) {
        const known = Object.keys(INDICATORS).join(", ");
        throw unexpectedReply(`one of ${known}`, indicator);
      }
      return {
        status,
        reason: status === "up" ? undefined : `The vendor says: ${description || indicator}.`,
        observations: {
          indicator: { value: indicator },
          responseTime: { value: Math.round(responseTime), unit: "ms" },
        },
      };
    },
  });
}

function parse(text: string): { readonly indicator: string; readonly description: string } {
  try {
    const { indicator, description = "" } = JSON.parse(text).status;
    if (typeof indicator === "string") return { indicator, description: String(description) };
  } catch {
    // Said below, with what came.
  }
  throw unexpectedReply("a status page in the format of Atlassian", text);
}
