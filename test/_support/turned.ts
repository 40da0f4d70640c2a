/** Resolves once the event loop has turned, and what was to happen in its next turn has happened. */
export async function turned(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
