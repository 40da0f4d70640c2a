import { badOption } from "./misuse.ts";
import { describe, type Rule } from "./options.ts";

/** Characters of a word that an error shows. */
const MOST_SHOWN = 40;

/**
 * Refuses a value that is not what its rule says, and shows the word that it is: for options whose
 * words are hale's or the system's, and no secrets.
 *
 * @throws `HALE_BAD_OPTION`
 */
export function requireLiteral(owner: string, option: string, value: unknown, rule: Rule): void {
  if (rule.accepts(value)) return;
  const actual =
    typeof value === "string" ? JSON.stringify(value.slice(0, MOST_SHOWN)) : describe(value);
  throw badOption(owner, option, rule.expected, actual);
}

/** Whatever is given, because it is looked at for itself. */
export const ANY: Rule = { expected: "anything", accepts: () => true };
