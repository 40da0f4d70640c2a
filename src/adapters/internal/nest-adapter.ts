import type { Server } from "node:http";
import { type Check, type CheckOptions, defineCheck, type Scope } from "../../contract/check.ts";
import { unexpectedReply } from "../../contract/check-failures.ts";
import type { Health } from "../../contract/health.ts";
import { FUNCTION, hasMethods, type Rule, requireOption } from "../../contract/options.ts";
import { interceptRequests } from "../../node-http/server-intercept.ts";
import { fromTerminus, isIndicatorResult } from "./from-terminus.ts";

/** What Nest gives to the `configure()` of a module, as far as it is used. */
interface ConsumerLike {
  getHttpAdapter(): { getHttpServer(): Server };
}

const CONSUMER: Rule = {
  expected: "what Nest gives to a module's configure(), with getHttpAdapter()",
  accepts: (value) => hasMethods(value, ["getHttpAdapter"]),
};

/** Answers in front of the application that a module is part of; returns what ends it. */
export function attachToNest(consumer: unknown, health: Health): (() => void) | undefined {
  requireOption("HaleModule", "consumer", consumer, CONSUMER);
  return interceptRequests((consumer as ConsumerLike).getHttpAdapter().getHttpServer(), health);
}

/** What {@link terminusIndicator} takes besides: the options of a check, and what it asks about. */
export interface TerminusIndicatorOptions extends CheckOptions {
  /**
   * `"process"` for what a restart would mend, such as the heap: such a check takes part in liveness too.
   *
   * @default "dependency"
   */
  scope?: Scope | undefined;
}

/**
 * Makes a check of what an indicator of @nestjs/terminus says: it is as bad as the worst that the
 * indicator has returned, or was thrown by it, whose messages are the reason. The rest of what it has returned
 * are the observations.
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
