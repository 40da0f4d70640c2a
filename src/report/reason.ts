import { redact } from "./redact.ts";

/** How far a chain of causes is followed. */
const DEEPEST = 3;

/**
 * The reason that a failure gives, of whatever kind it is, in one line and without credentials:
 * the message and code of an error and of its causes. Its stack and its other properties are never
 * looked at.
 */
export function reasonOf(failure: unknown): string {
  try {
    return redact(sentences(failure, DEEPEST).join(": ")) || "It failed without a reason.";
  } catch {
    return "It failed with a value that cannot be read.";
  }
}

function sentences(failure: unknown, depth: number): string[] {
  if (typeof failure === "string") return [failure];
  if (typeof failure !== "object" || failure === null)
    return [`It failed with ${String(failure)}.`];
  const { message, code, cause, errors } = failure as Record<string, unknown>;
  const own = [said(message, code)].filter((part) => part !== "");
  if (depth === 0) return own;
  const inner: unknown = own.length === 0 && Array.isArray(errors) ? errors[0] : cause;
  const rest = inner === undefined || inner === null ? [] : sentences(inner, depth - 1);
  return [...own, ...rest.filter((part) => !own.some((whole) => whole.includes(part)))];
}

function said(message: unknown, code: unknown): string {
  const text = typeof message === "string" ? message.trim() : "";
  const mark = typeof code === "string" || typeof code === "number" ? String(code) : "";
  if (mark === "" || mark.startsWith("HALE_") || text.includes(mark)) return text;
  return text === "" ? mark : `${text} (${mark})`;
}
