import type { Expose } from "../contract/format.ts";
import { RECORD, type Rule, type Rules } from "../contract/options.ts";
import type { Paths } from "../contract/paths.ts";
import { EXPOSE_RULE } from "./access.ts";
import { RESPONSE_OPTION_RULES, type ResponseOptions } from "./response-options.ts";

/** The HTTP options: the paths of probes, and the exposure to callers. */
export interface HttpOptions extends ResponseOptions {
  /** The path or paths of each probe, in place of its defaults; `false` disables its routes. */
  paths?: Paths | undefined;
  /**
   * The exposure to every caller: the verdict (`"status"`), each check's name and whether it is ok
   * (`"checks"`), or also reasons, timings and observations (`"details"`). An object sets it for each probe; a
   * function decides for each request.
   *
   * @default "checks"
   */
  expose?: Expose | undefined;
  /**
   * Access tokens of 16 characters or more. A caller that sends one as `Authorization: Bearer` sees
   * details.
   *
   * @default none
   */
  tokens?: readonly string[] | undefined;
}

/** The rule of the list; each token is validated separately, so that the error names its position. */
const TOKENS: Rule = { expected: "a list of strings", secret: true, accepts: Array.isArray };

/** The rules of these options. */
export const HTTP_RULES: Rules<HttpOptions> = {
  ...RESPONSE_OPTION_RULES,
  paths: RECORD,
  expose: EXPOSE_RULE,
  tokens: TOKENS,
};
