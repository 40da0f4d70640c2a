const BLOCKING = new Set([
  "BLPOP",
  "BRPOP",
  "BRPOPLPUSH",
  "BLMOVE",
  "BLMPOP",
  "BZPOPMIN",
  "BZPOPMAX",
  "BZMPOP",
  "WAIT",
  "WAITAOF",
]);
const BLOCKING_BY_OPTION = new Set(["XREAD", "XREADGROUP"]);
const WATCHED = new Set([...BLOCKING, ...BLOCKING_BY_OPTION, "MULTI", "EXEC", "DISCARD", "RESET"]);

/** The upper-case name of a command that may keep its connection busy or free it; `undefined` for any other. */
export function watchedName(name: unknown): string | undefined {
  const upperCase = String(name).toUpperCase();
  return WATCHED.has(upperCase) ? upperCase : undefined;
}

/** Whether a command, by its upper-case name, may wait for long at the server, with every command behind it. */
export function isBlocking(name: string, args: readonly unknown[]): boolean {
  if (BLOCKING.has(name)) return true;
  return BLOCKING_BY_OPTION.has(name) && args.some((value) => /^block$/i.test(String(value)));
}
