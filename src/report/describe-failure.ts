import { codeOf, reasonOf } from "./reason.ts";

/** Puts a failure, of whatever kind, into words without credentials, with the code that it has. */
export function describeFailure(failure: unknown): { reason: string; code: string | undefined } {
  return { reason: reasonOf(failure), code: codeOf(failure) };
}
