import { type Check, type CheckOptions, defineCheck } from "../contract/check.ts";
import type { ReasonCode } from "../contract/errors.ts";
import {
  CHECK_OPTION_RULES,
  oneOf,
  type Rule,
  requireOption,
  wholeNumber,
} from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { HTTP_CLIENT, type HttpDispatcher, type HttpFetch } from "./internal/http/http-client.ts";
import {
  EXPECT,
  type HttpExpectations,
  unmet,
  validateExpectations,
} from "./internal/http/http-expectations.ts";
import { createExchange } from "./internal/http/http-requester.ts";
import { HEADERS, HTTP_URL } from "./internal/http/http-url.ts";

/** The code of a response that does not meet every expectation. */
const UNMET: ReasonCode = "HALE_UNEXPECTED_REPLY";

/** The client of the requests: a `fetch`, or a dispatcher of undici. */
export type HttpClient = HttpFetch | HttpDispatcher;

/** The options of {@link http}. */
export interface HttpOptions extends CheckOptions {
  /** The URL to request, over http or https; a user and password in it are sent as `Basic`. */
  url: string | URL;
  /** @default "GET" */
  method?: "GET" | "HEAD" | "OPTIONS" | undefined;
  /** Request headers. Their values are never told, also where the answer repeats them. */
  headers?: Headers | Readonly<Record<string, string>> | undefined;
  /** The expectations of the response. */
  expect?: HttpExpectations | undefined;
  /**
   * The handling of a redirect: it is a response like any other (`"refuse"`), or it is followed up to five
   * times, while it leads to the same origin (`"same-origin"`).
   *
   * @default "refuse"
   */
  redirect?: "refuse" | "same-origin" | undefined;
  /**
   * Bytes of the body that are read; of a longer one the rest is given up, with its connection.
   *
   * @default 65536
   */
  bodyLimit?: number | undefined;
  /**
   * The client of the requests, so that they go the way of the service's own: a `fetch`, or an Agent, Pool,
   * Client or ProxyAgent of undici.
   *
   * @default the runtime's fetch
   */
  client?: HttpClient | undefined;
}

/**
 * Makes an HTTP request, and expects a status from 200 to 299 or what `expect` says.
 *
 * A redirect is not followed unless `redirect` says so: a page to log in must not pass for the upstream.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { http } from "hale/checks";
 *
 * const rates = http({
 *   url: "http://127.0.0.1:9/rates",
 *   expect: { json: (body) => Array.isArray(body) && body.length > 0 },
 * });
 * const health = createHealth({ checks: { rates } });
 * ```
 */
export function http(options: HttpOptions): Check {
  const owner = "http()";
  const rules: Readonly<Record<string, Rule>> = {
    url: HTTP_URL,
    method: oneOf(["GET", "HEAD", "OPTIONS"]),
    headers: HEADERS,
    expect: EXPECT,
    redirect: oneOf(["refuse", "same-origin"]),
    bodyLimit: wholeNumber(0, 16 * 1024 * 1024, "a whole number of bytes"),
    client: HTTP_CLIENT,
    ...CHECK_OPTION_RULES,
  };
  validateArgument(owner, options, rules, ["url"]);
  requireOption(owner, "url", options.url, HTTP_URL);
  const { url, method, headers, expect = {}, redirect, bodyLimit, client, ...rest } = options;
  validateExpectations(owner, expect);
  const readsBody = expect.text !== undefined || expect.json !== undefined;
  requireOption(owner, "method", method, {
    expected: '"GET" or "OPTIONS" where "expect" reads the body, which an answer to HEAD has not',
    accepts: (value) => value !== "HEAD" || !readsBody,
  });
  const { ask, secrets } = createExchange({ url, method, headers, redirect, bodyLimit, client });
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }) {
      const answer = await ask(signal);
      const reason = unmet(expect, answer, secrets.hide);
      return {
        status: reason === undefined ? "up" : "down",
        reason,
        code: reason && UNMET,
        observations: {
          responseTime: { value: Math.round(answer.responseTime), unit: "ms" },
          status: { value: answer.status },
        },
      };
    },
  });
}
