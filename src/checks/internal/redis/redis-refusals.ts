import type { Outcome } from "../../../contract/check.ts";

/** What a server says to a user who may not send a command, or of a command that it was told not to know. */
const BY_NAME =
  /^(?:NOPERM\b|ERR unknown command|ERR (?:command )?[^.]*not (?:allowed|supported))/i;

/** What a server says that answers, and accepts no writes for now. */
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

/** The first line of a failure's message; the older drivers of Redis put the command behind it. */
export function messageOf(failure: unknown): string {
  const message: unknown = (failure as { message?: unknown } | null | undefined)?.message;
  return String(message ?? failure).split("\n", 1)[0] ?? "";
}
