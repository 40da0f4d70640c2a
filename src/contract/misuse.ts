import { HaleError } from "./errors.ts";
import { nearestWord } from "./nearest-word.ts";

/** The maximum number of characters of a name in an error. */
const MAX_SHOWN = 80;

/** Quotes a name for an error message; a name that may hold a credential is withheld. */
export function quoted(name: string): string {
  if (/:\/\/|@/.test(name)) return "(name withheld: it may hold a credential)";
  return JSON.stringify(name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name);
}

/** The error of an option that does not exist, with the nearest one that does. */
export function unknownOption(
  owner: string,
  option: string,
  known: readonly string[],
  likely: string | undefined = nearestWord(option, known),
): HaleError {
  const suggestion = likely === undefined ? "" : `Did you mean "${likely}"? `;
  const message = `${owner} has no option ${quoted(option)}. ${suggestion}It takes: ${known.join(", ")}.`;
  return new HaleError("HALE_UNKNOWN_OPTION", message);
}

/** The error of an option whose value breaks its rule. */
export function badOption(
  owner: string,
  option: string,
  expected: string,
  actual: string,
  hint = "",
): HaleError {
  const message = `The option ${quoted(option)} of ${owner} must be ${expected}, but is ${actual}.`;
  return new HaleError("HALE_BAD_OPTION", hint === "" ? message : `${message} ${hint}`);
}

/** The error of a name that no check can have. */
export function badName(name: string): HaleError {
  const message = `${quoted(name)} is not a valid check name. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.`;
  return new HaleError("HALE_BAD_NAME", message);
}

/** The error of two checks, or groups, with one name. */
export function duplicateCheck(name: string): HaleError {
  const message = `A check or group named ${quoted(name)} is already registered. Rename one of the two.`;
  return new HaleError("HALE_DUPLICATE_CHECK", message);
}

/** The error of a path that no probe can have. */
export function badPath(path: string, why: string): HaleError {
  const message = `The path ${quoted(path)} ${why}. Give each probe paths of its own, such as "/health/ready".`;
  return new HaleError("HALE_BAD_PATH", message);
}
