import { HaleError } from "../contract/errors.ts";
import { EXPOSURES, type Expose, type Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import { nearestWords, oneOf, RECORD, type Rule } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import { AccessTokens } from "./access-tokens.ts";
import {
  createExposureResolver,
  type ExposureResolver,
  type RuleContext,
} from "./resolve-exposure.ts";

/** Decides how much of a report a caller may see. */
export interface Access {
  readonly expose: Expose;
  /** The exposure of a request; a promise where a function of the service decides. */
  exposureOf(request: HealthRequest, probe: Probe): Exposure | Promise<Exposure>;
}

/** The rule of the option `expose`. */
export const EXPOSE_RULE: Rule = {
  expected: `${oneOf(EXPOSURES).expected}, an object of these by probe, or a function`,
  words: EXPOSURES,
  hint: (value) => (RECORD.accepts(value) ? likelyExposure(value as object) : undefined),
  accepts: (value) =>
    typeof value === "function" ||
    isExposure(value) ||
    (RECORD.accepts(value) &&
      Object.entries(value as object).every(
        ([probe, word]) =>
          PROBES.includes(probe as Probe) && (word === undefined || isExposure(word)),
      )),
};

/** What a wrong entry of an object by probe was likely meant to be. */
function likelyExposure(byProbe: object): string | undefined {
  for (const [probe, word] of Object.entries(byProbe)) {
    if (!PROBES.includes(probe as Probe)) return nearestWords(probe, PROBES);
    if (word !== undefined && !isExposure(word)) return nearestWords(word, EXPOSURES);
  }
  return undefined;
}

/** Whether a value is one of the amounts that an answer may tell. */
export function isExposure(value: unknown): value is Exposure {
  return EXPOSURES.includes(value as Exposure);
}

/** How much every caller may see; `undefined` where a function decides for each request. */
export function exposedToAll(expose: Expose, probe: Probe): Exposure | undefined {
  if (typeof expose === "function") return undefined;
  return typeof expose === "string" ? expose : (expose[probe] ?? "checks");
}

/**
 * Every caller sees what `expose` says; a caller that presents one of the tokens sees details.
 *
 * @throws `HALE_WEAK_TOKEN`
 */
export function createAccess(
  expose: Expose,
  tokens: readonly string[],
  context: RuleContext,
): Access {
  // Not forEach, which passes over holes.
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
      return exposedToAll(expose, probe) ?? resolver?.(request, probe) ?? "status";
    },
  };
}

/** Visible signs of ASCII: enough to be no word, and not more than a header takes. */
const TOKEN = /^[\x21-\x7e]{16,1024}$/;

function weakToken(position: number, token: unknown): HaleError {
  const absent =
    token === undefined || token === "" ? ", but is not set: is its variable there?" : "";
  const message = `Access token ${position} must be 16 to 1024 letters, digits and signs of ASCII${absent || "."} Make one with: openssl rand -hex 32`;
  return new HaleError("HALE_WEAK_TOKEN", message);
}
