import type { Health } from "../contract/health.ts";
import {
  FUNCTION,
  HEALTH,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { refusePrimaryHealth } from "../contract/primary-health.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** A function that a runtime calls with each request and its context, such as a server, `env` or `ctx`. */
export type FetchFunction<C extends unknown[]> = (
  request: Request,
  ...context: C
) => Response | Promise<Response>;

/** The options of {@link healthHandler}. */
export interface FetchOptions<C extends unknown[]> {
  /** Handles requests whose path is not hale's. */
  fallback?: FetchFunction<C> | undefined;
  /**
   * Returns the address of the caller. The address is unknown when it throws or returns no string.
   *
   * @default unknown
   */
  remoteAddress?: ((request: Request, ...context: C) => string | undefined) | undefined;
}

const RULES: Rules<FetchOptions<unknown[]>> = { fallback: FUNCTION, remoteAddress: FUNCTION };

/**
 * Makes a handler of `Request`s for the probe routes, for `Bun.serve`, `Deno.serve`, Cloudflare Workers and
 * other runtimes with the `fetch` API. Other paths go to `fallback`, with all the arguments of the runtime.
 * Without a fallback, the handler returns `undefined` for them.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { healthHandler } from "hale/fetch";
 *
 * const fetch = healthHandler(createHealth(), { fallback: () => new Response("Hello") });
 * const response = await fetch(new Request("http://localhost/livez"));
 * if (response.status !== 200) throw new Error("It lives.");
 * ```
 */
export function healthHandler<C extends unknown[]>(
  health: Health,
  options: FetchOptions<C> & { fallback: FetchFunction<C> },
): FetchFunction<C>;
export function healthHandler<C extends unknown[]>(
  health: Health,
  options?: FetchOptions<C>,
): (request: Request, ...context: C) => Response | undefined | Promise<Response | undefined>;
export function healthHandler<C extends unknown[]>(
  health: Health,
  options: FetchOptions<C> = {},
): (request: Request, ...context: C) => Response | undefined | Promise<Response | undefined> {
  requireOption("healthHandler()", "health", health, HEALTH);
  validateOptions("healthHandler()", options, RULES);
  refusePrimaryHealth("healthHandler()", health);
  const { fallback, remoteAddress } = options;
  const addressOf = (request: Request, context: C): string | undefined => {
    try {
      const address: unknown = remoteAddress?.(request, ...context);
      return typeof address === "string" ? address : undefined;
    } catch {
      // A probe must not fail because the caller's address is unknown.
      return undefined;
    }
  };
  return (request, ...context) => {
    const answer = health.handle(toHealthRequest(request, addressOf(request, context)));
    if (answer === undefined) return fallback?.(request, ...context);
    return answer instanceof Promise ? answer.then(toResponse) : toResponse(answer);
  };
}
