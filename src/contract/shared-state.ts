/** The number of the protocol: copies of hale with another one share nothing. */
const STATE = Symbol.for("hale.state/1");

/**
 * Returns an entry of the state that all copies of hale in the process share: `require` beside `import`, two
 * installed versions, a test runner's own module registry. The first caller creates it.
 */
export function sharedState<T>(name: string, create: () => T): T {
  const holder = globalThis as { [STATE]?: Map<string, unknown> };
  holder[STATE] ??= new Map();
  const entries = holder[STATE];
  if (!entries.has(name)) entries.set(name, create());
  return entries.get(name) as T;
}
