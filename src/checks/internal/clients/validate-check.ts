import type { CheckOptions } from "../../../contract/check.ts";
import {
  CHECK_OPTION_RULES,
  OBJECT,
  type Rule,
  requireOption,
  validateOptions,
} from "../../../contract/options.ts";

/**
 * Refuses options that a check does not have. `client` must be what the check can call; `own` are the
 * rules of the options that this check has besides those of every check.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateCheck<O extends CheckOptions & { client: unknown }>(
  owner: string,
  options: O,
  client: Omit<Rule, "secret">,
  own: Readonly<Record<string, Rule>> = {},
): O {
  validateOptions(owner, options, { client: OBJECT, ...own, ...CHECK_OPTION_RULES });
  requireOption(owner, "client", options.client, { ...client, secret: true });
  return options;
}
