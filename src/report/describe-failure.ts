import { reasonOf } from "./reason.ts";
import { redact } from "./redact.ts";

/** Puts a failure, of whatever kind, into words without credentials, with the code that it has. */
export function describeFailure(failure: unknown): { reason: string; code: string | undefined } {
  return { reason: reasonOf(failure), code: codeOf(failure) };
}

/** How far a chain of causes is followed. */
const MAX_DEPTH = 3;

/** The first code along a failure and its causes, as the driver gave it. */
function codeOf(failure: unknown, depth = MAX_DEPTH): string | undefined {
  try {
    if (typeof failure !== "object" || failure === null) return undefined;
    const { code, cause, errors } = failure as Record<string, unknown>;
    const own = typeof code === "string" || typeof code === "number" ? String(code) : "";
    if (own !== "") return redact(own).slice(0, 64);
    if (depth === 0) return undefined;
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    return codeOf(cause ?? first, depth - 1);
  } catch {
    return undefined;
  }
}
