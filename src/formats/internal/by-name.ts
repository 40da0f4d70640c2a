/** An object with a property of its own for every name, `__proto__` too. */
export function byName<T extends { readonly name: string }, V>(
  items: readonly T[],
  value: (item: T) => V,
): Readonly<Record<string, V>> {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
