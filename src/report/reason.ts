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
  if (typeof failure === "function") return ["It failed with a function."];
  if (typeof failure !== "object" || failure === null)
    return [`It failed with ${String(failure)}.`];
  const { message, code, cause, errors } = failure as Record<string, unknown>;
  // Node says nothing itself when every address of a host has failed, each for its own reason.
  const collected = message === "" && Array.isArray(errors) && errors.length > 0;
  if (collected && depth > 0) return sentences(errors[0], depth - 1);
  const own = [said(message, code)].filter((part) => part !== "");
  if (depth === 0) return own;
  const inner: unknown = cause;
  const rest = inner === undefined || inner === null ? [] : sentences(inner, depth - 1);
  return [...own, ...rest.filter((part) => !own.some((whole) => whole.includes(part)))];
}

function said(message: unknown, code: unknown): string {
  const text = typeof message === "string" ? message.trim() : "";
  const mark = typeof code === "string" || typeof code === "number" ? String(code) : "";
  if (mark === "" || mark.startsWith("HALE_") || text.includes(mark)) return text;
  return text === "" ? mark : `${text} (${mark})`;
}
