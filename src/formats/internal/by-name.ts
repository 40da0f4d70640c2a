/** Makes an object with an own property for every name, including `__proto__`. */
export function byName<T extends { readonly name: string }, V>(
  items: readonly T[],
  value: (item: T) => V,
): Readonly<Record<string, V>> {
  return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
