import type { Finding } from "./findings.ts";

/**
 * The outcome of a request that a server has refused to this user by name, where an option or the depth of a queue
 * needs its reply. A refusal of what a check requests by itself is up: the server has replied, and knows the user.
 */
export function permissionDenied(words: string): Finding {
  return { status: "degraded", reason: `The client's user lacks permission: ${words}` };
}

/** The first line of a failure's message; some drivers put the command behind it. */
export function messageOf(failure: unknown): string {
  const message: unknown = (failure as { message?: unknown } | null | undefined)?.message;
  return String(message ?? failure).split("\n", 1)[0] ?? "";
}

/** The failures that are behind a failure, it among them: causes, and all of several. */
export function* failuresIn(failure: unknown, depth = 5): Iterable<unknown> {
  yield failure;
  if (depth === 0 || typeof failure !== "object" || failure === null) return;
  const { cause, errors } = failure as { cause?: unknown; errors?: unknown };
  const behind = Array.isArray(errors) ? [cause, ...errors] : [cause];
  for (const next of behind) if (next !== undefined) yield* failuresIn(next, depth - 1);
}
