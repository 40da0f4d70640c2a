import type { Server } from "node:http";
import { type Check, type CheckOptions, defineCheck, type Scope } from "../../contract/check.ts";
import { unexpectedReply } from "../../contract/check-failures.ts";
import type { Health } from "../../contract/health.ts";
import { FUNCTION, hasMethods, type Rule, requireOption } from "../../contract/options.ts";
import { reportListening } from "../../node-http/report-listening.ts";
import { interceptRequests } from "../../node-http/server-intercept.ts";
import { noteServing } from "../../node-http/serving-mounts.ts";
import { warnOfShadowedRoutes } from "../../node-http/shadowed-routes.ts";
import { fromTerminus, isIndicatorResult } from "./from-terminus.ts";

/** The part of Nest's `MiddlewareConsumer` that is used. */
interface ConsumerLike {
  getHttpAdapter(): { getHttpServer(): Server; getInstance?(): unknown };
}

const CONSUMER: Rule = {
  expected: "what Nest gives to a module's configure(), with getHttpAdapter()",
  accepts: (value) => hasMethods(value, ["getHttpAdapter"]),
};

/** Attaches a health to the server of the app that configures a module; returns a function that detaches it. */
export function attachToNest(consumer: unknown, health: Health): () => void {
  requireOption("HaleModule", "consumer", consumer, CONSUMER);
  const server = (consumer as ConsumerLike).getHttpAdapter().getHttpServer();
  reportListening(server, health);
  const forget = noteServing(server, health, "HaleModule");
  const detach = interceptRequests(server, health);
  return () => {
    forget();
    detach?.();
  };
}

/** Warns of routes of the app that configured a module, once it has them all, at the paths of its health. */
export function warnOfRoutes(consumer: unknown, health: Health): void {
  warnOfShadowedRoutes("HaleModule", health, () =>
    (consumer as ConsumerLike).getHttpAdapter().getInstance?.(),
  );
}

/** The options of {@link terminusIndicator}: those of a check, and its scope. */
export interface TerminusIndicatorOptions extends CheckOptions {
  /**
   * The scope of the check. `"process"` is for a subject that a restart would repair, such as the heap: the
   * check then takes part in liveness too.
   *
   * @default "dependency"
   */
  scope?: Scope | undefined;
}

/**
 * Makes a check of a @nestjs/terminus indicator. The status is the worst in the result that it returned or
 * threw, and the messages of those entries are the reason. The other data become observations.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { MemoryHealthIndicator } from "@nestjs/terminus";
 * import { HaleModule, terminusIndicator } from "hale/nestjs";
 *
 * HaleModule.forRootAsync({
 *   inject: [MemoryHealthIndicator],
 *   useFactory: (memory: MemoryHealthIndicator) => ({
 *     checks: { heap: terminusIndicator(() => memory.checkHeap("heap", 1e9), { scope: "process" }) },
 *   }),
 * });
 * ```
 */
export function terminusIndicator(
  indicator: () => unknown,
  { scope = "dependency", ...options }: TerminusIndicatorOptions = {},
): Check {
  requireOption("terminusIndicator()", "indicator", indicator, FUNCTION);
  return defineCheck({
    ...options,
    scope,
    run: fromTerminus(async () => {
      const result = await indicator();
      if (isIndicatorResult(result)) return result;
      throw unexpectedReply("the result of a health indicator", result);
    }),
  });
}
