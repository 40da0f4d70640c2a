import { HEALTH, type Rule, requireOption } from "./options.ts";

/** The rule of an adapter's arguments after the health: none. */
const NO_OPTIONS: Rule = {
  expected: "left out: options belong in createHealth()",
  secret: true,
  accepts: (value) => value === undefined,
};

/**
 * Refuses a value that is no health, and any further argument, which would be ignored.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireOnlyHealth(owner: string, health: unknown, more: readonly unknown[]): void {
  requireOption(owner, "health", health, HEALTH);
  for (const options of more) requireOption(owner, "options", options, NO_OPTIONS);
}
