import type { CheckOptions } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { CHECK_OPTION_RULES, OBJECT, validateOptions } from "../contract/options.ts";

/**
 * Refuses options that a check does not have. `client` must be there and an object.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateCheck<O extends CheckOptions & { client: unknown }>(
  owner: string,
  options: O,
): O {
  validateOptions(owner, options, { client: OBJECT, ...CHECK_OPTION_RULES });
  if (options.client === undefined) {
    throw new HaleError("HALE_BAD_OPTION", owner, "client", OBJECT.expected, "undefined");
  }
  return options;
}
