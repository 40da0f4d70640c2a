/** The number of the protocol: copies of hale with another one share nothing. */
const STATE = Symbol.for("hale.state/1");

/**
 * Returns a part of the state that all copies of hale in the process share: `require` beside `import`, two
 * installed versions, a test runner's own registry of modules. The first copy that asks creates it.
 */
export function sharedState<T>(name: string, create: () => T): T {
  const holder = globalThis as { [STATE]?: Map<string, unknown> };
  holder[STATE] ??= new Map();
  const parts = holder[STATE];
  if (!parts.has(name)) parts.set(name, create());
  return parts.get(name) as T;
}
