import type { Outcome } from "../../../contract/check.ts";
import { failuresIn, messageOf, permissionDenied } from "../common/refusals.ts";

/** The errors of a server for a user who may not send a command, or for a command that it has disabled. */
const BY_NAME =
  /^(?:NOPERM\b|ERR unknown command|ERR (?:command )?[^.]*not (?:allowed|supported)|(?:ERR )?ACL failure in script|(?:ERR |NOPERM )?The user executing the script can't)/i;

/** The errors of a server that replies, and accepts no writes for now. */
const NO_WRITES = /^(?:MISCONF|NOREPLICAS|READONLY)\b/;

/** Whether a server has refused a command by its name, which is an answer too. */
export function isRefusedByName(failure: unknown): boolean {
  return BY_NAME.test(messageOf(failure));
}

/** The outcome of a server that accepts no writes; `undefined` for other failures. */
export function writesRefused(failure: unknown): Outcome | undefined {
  const message = messageOf(failure);
  if (!NO_WRITES.test(message)) return undefined;
  return { status: "degraded", reason: `The server accepts no writes: ${message}` };
}

/**
 * The outcome of a query that the server has refused to this user by name.
 *
 * @throws every other failure
 */
export function commandRefused(failure: unknown): Outcome {
  // Of a transaction, what was refused is behind the error.
  const refusal = [...failuresIn(failure)].find(isRefusedByName);
  if (refusal === undefined) throw failure;
  return permissionDenied(messageOf(refusal));
}
