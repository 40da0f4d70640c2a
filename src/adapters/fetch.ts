import type { Health } from "../contract/health.ts";
import {
  FUNCTION,
  HEALTH,
  type Rules,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { toHealthRequest, toResponse } from "./internal/fetch-request.ts";

/** What a runtime calls with each request, and with what else it knows: a server, `env`, `ctx`. */
export type FetchFunction<C extends unknown[]> = (
  request: Request,
  ...context: C
) => Response | Promise<Response>;

/** What {@link healthHandler} takes besides the health. */
export interface FetchOptions<C extends unknown[]> {
  /** Answers the requests whose path is not hale's. */
  fallback?: FetchFunction<C> | undefined;
  /**
   * The address that a request comes from. One that throws, or returns no string, does not know it.
   *
   * @default unknown
   */
  remoteAddress?: ((request: Request, ...context: C) => string | undefined) | undefined;
}

const RULES: Rules<FetchOptions<unknown[]>> = { fallback: FUNCTION, remoteAddress: FUNCTION };

/**
 * Answers the probe routes from a `Request`, for `Bun.serve`, `Deno.serve`, Cloudflare Workers and
 * whatever else speaks `fetch`. A path that is not hale's goes to `fallback`, with all that the runtime
 * passed; without one, the handler returns `undefined` for it.
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
  const { fallback, remoteAddress } = options;
  const addressOf = (request: Request, context: C): string | undefined => {
    try {
      const address: unknown = remoteAddress?.(request, ...context);
      return typeof address === "string" ? address : undefined;
    } catch {
      // A probe must not fail because nobody knows where it comes from.
      return undefined;
    }
  };
  return (request, ...context) => {
    const answer = health.handle(toHealthRequest(request, addressOf(request, context)));
    if (answer === undefined) return fallback?.(request, ...context);
    return answer instanceof Promise ? answer.then(toResponse) : toResponse(answer);
  };
}
