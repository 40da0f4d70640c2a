/** One of several places that are asked the same. */
export interface QueryTarget<Answer> {
  readonly address: string;
  ask(): Promise<Answer>;
}

/** The replies of several targets. */
export interface QueryResults<Answer> {
  /** Of those that have answered. */
  readonly answers: readonly Answer[];
  /** Of each of the others, its address and what is wrong with it. */
  readonly missing: readonly string[];
}

/**
 * Queries all targets at the same time, and listens until all have settled or the run is aborted, so that
 * one which is silent does not hide those that answer.
 *
 * Rejects when none has answered: with the first failure, or else with the reason of the signal.
 */
export async function queryAll<Answer>(
  places: readonly QueryTarget<Answer>[],
  signal: AbortSignal,
): Promise<QueryResults<Answer>> {
  const heard: (PromiseSettledResult<Answer> | undefined)[] = places.map(() => undefined);
  const all = places.map(async (place, index) => {
    [heard[index]] = await Promise.allSettled([place.ask()]);
  });
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve());
    void Promise.all(all).then(() => resolve());
  });
  const answers = heard.flatMap((one) => (one?.status === "fulfilled" ? [one.value] : []));
  if (answers.length === 0) {
    const failed = heard.find((one) => one?.status === "rejected");
    throw failed === undefined ? signal.reason : (failed as PromiseRejectedResult).reason;
  }
  const missing = places.flatMap(({ address }, index) => {
    const one = heard[index];
    if (one?.status === "fulfilled") return [];
    return [`${address}: ${one === undefined ? "no answer" : messageOf(one.reason)}`];
  });
  return { answers, missing };
}

function messageOf(failure: unknown): string {
  const message = failure instanceof Error ? failure.message : String(failure);
  return message.replace(/\.$/, "");
}
