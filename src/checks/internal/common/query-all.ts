import { messageOf } from "./refusals.ts";

/** One of several targets of the same query. */
export interface QueryTarget<Reply> {
  readonly address: string;
  ask(): Promise<Reply>;
}

/** The replies of several targets. */
export interface QueryResults<Reply> {
  /** Those of the targets that replied. */
  readonly replies: readonly Reply[];
  /** Of each of the others, its address and what is wrong with it. */
  readonly missing: readonly string[];
}

/**
 * Queries all targets at the same time, and listens until all have settled or the run is aborted, so that
 * one which is silent does not hide those that reply.
 *
 * Rejects when none has replied: with the first failure where all have failed, and with the reason of the signal
 * where all were silent. Where some failed and some were silent, no reply is returned: what a run throws after the
 * abort is not reported.
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
  const replies = heard.flatMap((one) => (one?.status === "fulfilled" ? [one.value] : []));
  if (replies.length === 0) {
    const failures = heard.flatMap((one) => (one?.status === "rejected" ? [one.reason] : []));
    if (failures.length === 0) throw signal.reason;
    if (failures.length === places.length) throw failures[0];
  }
  const missing = places.flatMap(({ address }, index) => {
    const one = heard[index];
    if (one?.status === "fulfilled") return [];
    return [
      `${address}: ${one === undefined ? "no answer" : messageOf(one.reason).replace(/\.$/, "")}`,
    ];
  });
  return { replies, missing };
}
