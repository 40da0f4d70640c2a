import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import { HOP_HEADER, markAsHop } from "../contract/hop.ts";
import { CHECK_OPTION_RULES, type Rule, requireOption } from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { readVerdict } from "./internal/http/hale-verdict.ts";
import { HTTP_CLIENT, type HttpDispatcher, type HttpFetch } from "./internal/http/http-client.ts";
import { createExchange } from "./internal/http/http-requester.ts";
import { HTTP_URL } from "./internal/http/http-url.ts";

/** The options of {@link hale}. */
export interface HaleOptions extends CheckOptions {
  /**
   * The other service, such as `http://payments:3000`. Its `/health/ready` is asked, or `/health/deep` with a
   * `token`, unless the URL has a path of its own.
   */
  url: string | URL;
  /** An access token of the other service; with it, reasons tell which of its checks fail, and why. */
  token?: string | undefined;
  /** The client of the requests: a `fetch`, or a dispatcher of undici. */
  client?: HttpFetch | HttpDispatcher | undefined;
}

const TOKEN: Rule = {
  expected: "an access token of 16 to 1024 letters, digits and signs of ASCII",
  secret: true,
  accepts: (value) => typeof value === "string" && /^[!-~]{16,1024}$/.test(value),
};

/** Bytes of a deep body with details that are read. */
const BODY_LIMIT = 1024 * 1024;

/**
 * Probes another hale service for its readiness, and says which of its checks fail.
 *
 * The other service answers for itself and for what it depends on, without its own `hale` checks: so two
 * services may ask each other, also in a circle, and none waits for itself.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { hale } from "hale/checks";
 *
 * const payments = hale({ url: "http://127.0.0.1:9", timeout: 300 });
 * const health = createHealth({ checks: { payments } });
 * ```
 */
export function hale(options: HaleOptions): Check {
  const owner = "hale()";
  const rules: Readonly<Record<string, Rule>> = {
    url: HTTP_URL,
    token: TOKEN,
    client: HTTP_CLIENT,
    ...CHECK_OPTION_RULES,
  };
  validateArgument(owner, options, rules, ["url"]);
  requireOption(owner, "url", options.url, HTTP_URL);
  const { url: given, token, client, ...rest } = options;
  const url = new URL(given);
  if (url.pathname === "/") url.pathname = token === undefined ? "/health/ready" : "/health/deep";
  const exchange = createExchange({
    url,
    client,
    headers: {
      accept: "application/json",
      [HOP_HEADER]: "1",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    bodyLimit: BODY_LIMIT,
  });
  const check = defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const { status, text = "", responseTime } = await exchange.ask(signal);
      return {
        ...readVerdict(status, text, exchange.secrets.hide),
        observations: {
          responseTime: { value: Math.round(responseTime), unit: "ms" },
          status: { value: status },
        },
      };
    },
  });
  return markAsHop(check);
}
