import { HaleError } from "./errors.ts";

/** The error of an invalid URL, which the message withholds because it may hold a password. */
export function badUrl(expected: string): HaleError {
  const message = `Invalid URL: it must be ${expected}. It is withheld here, because it may hold a password.`;
  return new HaleError("HALE_BAD_URL", message);
}

/** The error of a check whose module this runtime does not have. */
export function noNodeModule(owner: string, module: string): HaleError {
  const message = `${owner} needs ${module}, which this runtime does not have. Leave the check out here.`;
  return new HaleError("HALE_NO_NODE_MODULE", message);
}
