import { HaleError } from "../contract/errors.ts";
import { EXPOSURES, type Expose, type Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Rule } from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";
import { AccessTokens } from "./access-tokens.ts";
import { byProbeRule } from "./by-probe-rule.ts";
import {
  createExposureResolver,
  type ExposureResolver,
  type RuleContext,
} from "./resolve-exposure.ts";

/** The access of callers to the details of reports. */
export interface Access {
  readonly expose: Expose;
  /** Decides the exposure of a request; a promise where a function of the service decides. */
  exposureOf(request: HealthRequest, probe: Probe): Exposure | Promise<Exposure>;
}

/** The rule of the option `expose`. */
export const EXPOSE_RULE: Rule = byProbeRule(EXPOSURES, isExposure);

/** Whether a value is one of the levels of detail. */
export function isExposure(value: unknown): value is Exposure {
  return EXPOSURES.includes(value as Exposure);
}

/** Returns the exposure to every caller: the status alone where a function decides for each request. */
export function exposedToAll(expose: Expose, probe: Probe): Exposure {
  if (typeof expose === "function") return "status";
  return typeof expose === "string" ? expose : (expose[probe] ?? "checks");
}

/**
 * Makes the access of a service: `expose` decides for every caller, except that a token exposes details.
 *
 * @throws `HALE_WEAK_TOKEN`
 */
export function createAccess(
  expose: Expose,
  tokens: readonly string[],
  context: RuleContext,
): Access {
  // Not forEach, which skips holes.
  for (const [index, token] of tokens.entries()) {
    if (typeof token !== "string" || !TOKEN.test(token)) throw weakToken(index + 1, token);
  }
  const accepted = new AccessTokens(tokens);
  const resolver: ExposureResolver | undefined =
    typeof expose === "function" ? createExposureResolver(expose, isExposure, context) : undefined;
  return {
    expose,
    exposureOf(request, probe) {
      if (tokens.length > 0 && accepted.isPresentedBy(request)) return "details";
      return resolver?.(request, probe) ?? exposedToAll(expose, probe);
    },
  };
}

/** Visible ASCII characters: enough that the token is no word, and no more than fit a header. */
const TOKEN = /^[\x21-\x7e]{16,1024}$/;

function weakToken(position: number, token: unknown): HaleError {
  const absent =
    token === undefined || token === "" ? ", but is not set: check its environment variable" : "";
  const message = `Access token ${position} must be 16 to 1024 visible ASCII characters${absent}. Make one with: openssl rand -hex 32`;
  return new HaleError("HALE_WEAK_TOKEN", message);
}
