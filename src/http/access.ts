import { HaleError } from "../contract/errors.ts";
import type { Words } from "../contract/explain.ts";
import { EXPOSURES, type Expose, type Exposure } from "../contract/format.ts";
import type { HealthRequest } from "../contract/http.ts";
import type { Logger } from "../contract/logger.ts";
import { oneOf, RECORD, type Rule } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** Visible signs of ASCII: enough to be no word, and not more than a header takes. */
const TOKEN = /^[\x21-\x7e]{16,1024}$/;

/** What a rule of the service's own is watched with. */
export interface Guard {
  readonly clock: { after(milliseconds: number, callback: () => void): () => void };
  /** Milliseconds that a rule may take. */
  readonly deadline: number;
  readonly log: (level: keyof Logger, message: string, fields: object) => void;
  readonly words: Pick<Words, "explain"> | Promise<Pick<Words, "explain">>;
}

/** Who may see how much of a report. */
export interface Access {
  readonly expose: Expose;
  /** Who presents one of these may see details. */
  readonly tokens: readonly string[];
  readonly guard: Guard;
  /** What was logged of the rule, so that it is not logged again. */
  readonly logged: Set<string>;
  /** What a request may see; `undefined` where that has to be judged, which is loaded on demand. */
  known(request: HealthRequest, probe: Probe): Exposure | undefined;
}

/** The rule of the option `expose`. */
export const EXPOSE_RULE: Rule = {
  get expected() {
    return `${oneOf(EXPOSURES).expected}, an object of these by probe, or a function`;
  },
  accepts: (value) =>
    typeof value === "function" ||
    isExposure(value) ||
    (RECORD.accepts(value) &&
      Object.entries(value as object).every(
        ([probe, word]) =>
          PROBES.includes(probe as Probe) && (word === undefined || isExposure(word)),
      )),
};

/** Whether a value is one of the amounts that an answer may tell. */
export function isExposure(value: unknown): value is Exposure {
  return EXPOSURES.includes(value as Exposure);
}

/** What everybody may see; `undefined` where a function says so of each request. */
export function openTo(expose: Expose, probe: Probe): Exposure | undefined {
  if (typeof expose === "function") return undefined;
  return typeof expose === "string" ? expose : (expose[probe] ?? "checks");
}

/**
 * Everybody sees what `expose` says; who presents one of the tokens sees details.
 *
 * @throws `HALE_WEAK_TOKEN`
 */
export function createAccess(expose: Expose, tokens: readonly string[], guard: Guard): Access {
  // Not forEach, which passes over holes.
  for (const [index, token] of tokens.entries()) {
    if (typeof token !== "string" || !TOKEN.test(token)) {
      const message = `Access token ${index + 1} must be 16 to 1024 letters, digits and signs of ASCII. Make one with: openssl rand -hex 32`;
      throw new HaleError("HALE_WEAK_TOKEN", message);
    }
  }
  return {
    expose,
    tokens,
    guard,
    logged: new Set(),
    known: (request, probe) =>
      tokens.length > 0 && request.header("authorization") ? undefined : openTo(expose, probe),
  };
}
