import { HaleError } from "./errors.ts";
import { nearestWord } from "./nearest-word.ts";

/** Characters of a name that an error shows. */
const MAX_SHOWN = 80;

/** A name in quotes, for an error message; one that may hold a credential is not shown. */
export function quoted(name: string): string {
  if (/:\/\/|@/.test(name)) return "(a name that is not shown, because it may hold a credential)";
  return JSON.stringify(name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name);
}

/** The error of an option that does not exist, with the nearest one that does. */
export function unknownOption(owner: string, option: string, known: readonly string[]): HaleError {
  const likely = nearestWord(option, known);
  const suggestion = likely === undefined ? "" : `Did you mean "${likely}"? `;
  const message = `${owner} has no option ${quoted(option)}. ${suggestion}It takes: ${known.join(", ")}.`;
  return new HaleError("HALE_UNKNOWN_OPTION", message);
}

/** The error of an option whose value is not what its rule says. */
export function badOption(
  owner: string,
  option: string,
  expected: string,
  actual: string,
  hint = "",
): HaleError {
  const message = `The option "${option}" of ${owner} must be ${expected}, but is ${actual}.`;
  return new HaleError("HALE_BAD_OPTION", hint === "" ? message : `${message} ${hint}`);
}

/** The error of a name that no check can have. */
export function badName(name: string): HaleError {
  const message = `${quoted(name)} cannot name a check. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.`;
  return new HaleError("HALE_BAD_NAME", message);
}

/** The error of two checks, or groups, of one name. */
export function duplicateCheck(name: string): HaleError {
  const message = `A check or group named ${quoted(name)} is registered already. Give one of the two another name.`;
  return new HaleError("HALE_DUPLICATE_CHECK", message);
}

/** The error of a path that cannot be a probe's. */
export function badPath(path: string, why: string): HaleError {
  const message = `The path ${quoted(path)} ${why}. Give each probe paths of its own, such as "/health/ready".`;
  return new HaleError("HALE_BAD_PATH", message);
}

/** The error of a URL that cannot be used; it may hold a password, so the message does not show it. */
export function badUrl(expected: string): HaleError {
  const message = `The URL cannot be used: it must be ${expected}. It is not shown, because it may hold a password.`;
  return new HaleError("HALE_BAD_URL", message);
}

/** The error of a check that needs a module which this runtime does not have. */
export function noNodeModule(owner: string, module: string): HaleError {
  const message = `${owner} needs ${module}, which this runtime does not have. Leave the check out here.`;
  return new HaleError("HALE_NO_NODE_MODULE", message);
}
