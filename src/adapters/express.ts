import type { IncomingMessage, ServerResponse } from "node:http";
import type { Health } from "../contract/health.ts";
import { requireOnlyHealth } from "../contract/only-health.ts";
import { askedWithin, writeAnswer } from "./_node-exchange.ts";

/** What Express 4 and 5 take as middleware, and with them Connect and every router of their kind. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (failure?: unknown) => void,
) => void;

/**
 * Express middleware for the probe routes; other paths go on to `next`. Mount it before anything
 * that a probe should not run through. Below a path, as in `app.use("/internal", express(health))`,
 * the routes stand below it.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import createApp from "express";
 * import { createHealth } from "hale";
 * import { express } from "hale/express";
 *
 * const app = createApp();
 * app.use(express(createHealth()));
 * ```
 */
export function express(health: Health, ...more: []): ExpressMiddleware {
  requireOnlyHealth("express()", health, more);
  return (request, response, next) => {
    const answer = askedWithin(health, request);
    if (answer === undefined) return next();
    if (!(answer instanceof Promise)) return writeAnswer(response, answer);
    answer.then((late) => (late === undefined ? next() : writeAnswer(response, late))).catch(next);
  };
}
