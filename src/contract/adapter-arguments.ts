import { HEALTH, OBJECT, type Rule, requireOption } from "./options.ts";
import { refusePrimaryHealth } from "./primary-health.ts";

/** The rule of an adapter's arguments after the health: none. */
const NO_OPTIONS: Rule = {
  expected: "left out: options belong in createHealth()",
  secret: true,
  accepts: (value) => value === undefined,
};

/**
 * Refuses a value that is no health, the own health of a primary, and any further argument, which would be ignored.
 * `usage` is the call as a service writes it: a framework that was given the function itself calls it with a request or an app.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireOnlyHealth(
  owner: string,
  health: object,
  more: readonly unknown[],
  usage?: string,
): void {
  const isUncalled = OBJECT.accepts(health) && usage !== undefined;
  const hint = isUncalled ? `Where a framework has called it, write ${usage}.` : undefined;
  requireOption(owner, "health", health, { ...HEALTH, hint: () => hint });
  for (const options of more) requireOption(owner, "options", options, NO_OPTIONS);
  refusePrimaryHealth(owner, health);
}
