import { setFlagsFromString } from "node:v8";

/** Makes an expression of V8 that gives up, and finds nothing, after so many steps back. */
type MakeLimited = (source: string, flags: string, limit: number) => RegExp;

setFlagsFromString("--allow-natives-syntax");
const makeLimited = new Function(
  "source",
  "flags",
  "limit",
  "return %NewRegExpWithBacktrackLimit(source, flags, limit)",
) as MakeLimited;

/**
 * Whether an expression is found in a text, or is known not to be in it, within so many steps back.
 * Counts what the engine does, so that no clock is asked.
 */
export function endsWithin({ source, flags }: RegExp, text: string, limit: number): boolean {
  // The empty match at the end is there for all but those that have given up before.
  return makeLimited(`(?:${source})|(?![^])`, flags.replace("g", ""), limit).test(text);
}
