import { HaleError } from "./errors.ts";

/** The error of an option whose value is not what its rule says. */
export function badOption(
  owner: string,
  option: string,
  expected: string,
  actual: string,
): HaleError {
  const message = `The option "${option}" of ${owner} must be ${expected}, but is ${actual}.`;
  return new HaleError("HALE_BAD_OPTION", message);
}

/** The error of a name that no check can have. */
export function badName(name: string): HaleError {
  const message = `"${name}" cannot name a check. Use 1 to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit, and none of live, ready, startup, deep.`;
  return new HaleError("HALE_BAD_NAME", message);
}

/** The error of two checks, or groups, of one name. */
export function duplicateCheck(name: string): HaleError {
  const message = `A check or group named "${name}" is registered already. Give one of the two another name.`;
  return new HaleError("HALE_DUPLICATE_CHECK", message);
}

/** The error of a path that cannot be a probe's. */
export function badPath(path: string, why: string): HaleError {
  const message = `The path "${path}" ${why}. Give each probe paths of its own, such as "/health/ready".`;
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
