import { HEALTH, type Rule, requireOption } from "./options.ts";

/** What a way in is given besides its health. */
const NO_OPTIONS: Rule = {
  expected: "left out: everything is said to createHealth()",
  secret: true,
  accepts: (value) => value === undefined,
};

/**
 * Refuses what is no health, and options besides it, which would be ignored.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireOnlyHealth(owner: string, health: unknown, more: readonly unknown[]): void {
  requireOption(owner, "health", health, HEALTH);
  for (const options of more) requireOption(owner, "options", options, NO_OPTIONS);
}
