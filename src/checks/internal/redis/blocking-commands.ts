const BLOCKING =
  /^(?:blpop|brpop|brpoplpush|blmove|blmpop|bzpopmin|bzpopmax|bzmpop|wait|waitaof)$/i;
const BLOCKING_BY_OPTION = /^(?:xread|xreadgroup)$/i;

/** Whether a command may wait for long at the server, with every command behind it. */
export function isBlocking(name: string, args: readonly unknown[]): boolean {
  if (BLOCKING.test(name)) return true;
  return BLOCKING_BY_OPTION.test(name) && args.some((value) => /^block$/i.test(String(value)));
}
