import type { OutcomeStatus } from "../../../contract/check.ts";
import { failuresIn, messageOf } from "./refusals.ts";

/** One of several targets of the same query. */
export interface QueryTarget<Reply> {
  readonly address: string;
  ask(): Promise<Reply>;
  /** The reply that it counts as having given where the run is aborted before there is one. */
  unanswered?(): Reply | undefined;
}

/** The replies of several targets. */
export interface QueryResults<Reply> {
  /** Up when all targets replied, degraded when some did, down when none did. */
  readonly status: OutcomeStatus;
  /** The code of the first failure, where no target replied. */
  readonly code: string | undefined;
  /** Those of the targets that replied. */
  readonly replies: readonly Reply[];
  /** Of each of the others, its address and what is wrong with it. */
  readonly missing: readonly string[];
}

/**
 * Queries all targets at the same time, and listens until all have settled or the run is aborted, so that
 * one which is silent does not hide those that reply.
 *
 * Rejects with the first failure where all targets failed, and with the reason of the signal where all were silent.
 */
export async function queryAll<Reply>(
  places: readonly QueryTarget<Reply>[],
  signal: AbortSignal,
): Promise<QueryResults<Reply>> {
  const heard: (PromiseSettledResult<Reply> | undefined)[] = places.map(() => undefined);
  const all = places.map(async (place, index) => {
    [heard[index]] = await Promise.allSettled([place.ask()]);
  });
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    void Promise.all(all).then(() => resolve());
  });
  places.forEach((place, index) => {
    const value = heard[index] === undefined ? place.unanswered?.() : undefined;
    if (value !== undefined) heard[index] = { status: "fulfilled", value };
  });
  const replies = heard.flatMap((one) => (one?.status === "fulfilled" ? [one.value] : []));
  const failures = heard.flatMap((one) => (one?.status === "rejected" ? [one.reason] : []));
  const isDown = replies.length === 0;
  if (isDown && failures.length === 0) throw signal.reason;
  if (isDown && failures.length === places.length) throw failures[0];
  const missing = places.flatMap(({ address }, index) => {
    const one = heard[index];
    if (one?.status === "fulfilled") return [];
    return [
      `${address}: ${one === undefined ? "no answer" : messageOf(one.reason).replace(/\.$/, "")}`,
    ];
  });
  const status = isDown ? "down" : missing.length > 0 ? "degraded" : "up";
  return { status, code: isDown ? codeIn(failures[0]) : undefined, replies, missing };
}

/** The first code of a failure and of those behind it. */
function codeIn(failure: unknown): string | undefined {
  for (const one of failuresIn(failure)) {
    const code = (one as { code?: unknown } | null | undefined)?.code;
    if (typeof code === "string" || typeof code === "number") return String(code);
  }
  return undefined;
}
