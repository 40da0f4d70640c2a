import type { Outcome } from "../../../contract/check.ts";

/** The errors of a server for a user who may not send a command, or for a command that it has disabled. */
const BY_NAME =
  /^(?:NOPERM\b|ERR unknown command|ERR (?:command )?[^.]*not (?:allowed|supported))/i;

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
 * The outcome of a question that the server has refused to this user by name.
 *
 * @throws every other failure
 */
export function commandRefused(failure: unknown): Outcome {
  if (!isRefusedByName(failure)) throw failure;
  const reason = `The user of the client may not ask: ${messageOf(failure)}`;
  return { status: "degraded", reason };
}

/** The first line of a failure's message; the older drivers of Redis put the command behind it. */
export function messageOf(failure: unknown): string {
  const message: unknown = (failure as { message?: unknown } | null | undefined)?.message;
  return String(message ?? failure).split("\n", 1)[0] ?? "";
}
