/**
 * Like `Promise.all`, but a failure is only told once all calls have settled: otherwise the next run
 * would make them again while the slow ones still wait.
 */
export async function allAfterSettled<const Calls extends readonly unknown[]>(
  calls: Calls,
): Promise<{ -readonly [Index in keyof Calls]: Awaited<Calls[Index]> }> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
