/** Finds the value at a JSON pointer (RFC 6901); `undefined` where there is none. */
export function atPointer(value: unknown, pointer: string): unknown {
  const names = pointer.split("/").slice(1);
  return names.reduce<unknown>((at, name) => {
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    const isParent = typeof at === "object" && at !== null && Object.hasOwn(at, key);
    return isParent ? (at as Record<string, unknown>)[key] : undefined;
  }, value);
}
