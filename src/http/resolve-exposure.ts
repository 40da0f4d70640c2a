import type { ExposeRule, Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Logger } from "../contract/logger.ts";
import { describe } from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";
import { withDeadline } from "../contract/with-deadline.ts";

/** The context in which an `expose` function is called. */
export interface RuleContext {
  readonly clock: {
    after(milliseconds: number, callback: () => void): () => void;
    nextTurn(callback: () => void): () => void;
  };
  /** Milliseconds that the function may take. */
  readonly deadline: number;
  readonly log: (level: keyof Logger, message: string, fields: object) => void;
  /** Describes a failure without credentials. */
  readonly describe: (failure: unknown) => { readonly reason: string };
}

/** A function that resolves the exposure of a request, by the deadline at the latest. */
export type ExposureResolver = (request: HealthRequest, probe: Probe) => Promise<Exposure>;

/** The maximum number of lines that are logged for one function; each error may have another text. */
const MAX_LOGGED = 100;

/** Makes the resolver of an `expose` function; an invalid result exposes the status alone. */
export function createExposureResolver(
  rule: ExposeRule,
  isExposure: (value: unknown) => value is Exposure,
  { clock, deadline, log, describe: describeFailure }: RuleContext,
): ExposureResolver {
  const logged = new Set<string>();

  function logOnce(why: string): void {
    if (logged.has(why) || logged.size >= MAX_LOGGED) return;
    logged.add(why);
    log("error", `expose function ${why}; the caller saw the status alone`, { why });
  }

  return async (request, probe) => {
    const called = (async (): Promise<unknown> => rule(request, probe))();
    try {
      const found = await withDeadline(clock, deadline, called, () => {
        logOnce(`did not return within ${deadline} ms`);
        return "status";
      });
      if (isExposure(found)) return found;
      logOnce(`returned ${describe(found)}`);
    } catch (failure) {
      logOnce(`failed: ${describeFailure(failure).reason}`);
    }
    return "status";
  };
}
