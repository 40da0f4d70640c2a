import { CheckFailure } from "./errors.ts";

/** The failure of a dependency that sent an unexpected reply. */
export function unexpectedReply(expected: string, actual: unknown, cause?: unknown): CheckFailure {
  const reason = `Expected ${expected}, got ${quote(actual)}.`;
  return new CheckFailure("HALE_UNEXPECTED_REPLY", reason, { cause });
}

/** The failure of a client that has no connection. */
export function notConnected(state: string, cause?: unknown): CheckFailure {
  const reason = `The client is not connected: its state is "${state}".`;
  return new CheckFailure("HALE_NOT_CONNECTED", reason, { cause });
}

/** The failure of a server that is still loading its data. */
export function stillLoading(): CheckFailure {
  const reason = "The server is loading its data, and serves no client until it has.";
  return new CheckFailure("HALE_LOADING", reason);
}

function quote(value: unknown): string {
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
