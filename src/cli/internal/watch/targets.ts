import { maskCredentials } from "../../../report/mask-credentials.ts";
import { parseTarget, type Target } from "../probe/target.ts";
import { quote } from "../quote.ts";
import { UsageError } from "../usage-error.ts";

/** An endpoint to watch. */
export interface WatchedTarget {
  readonly name: string;
  readonly target: Target;
}

/**
 * Parses the arguments: URLs, each with a name in front of `=` where it has one. Without a name, an endpoint is called
 * by its URL, without `http://` and credentials.
 *
 * @throws UsageError
 */
export function targetsOf(words: readonly string[]): readonly WatchedTarget[] {
  const targets = words.map(targetOf);
  const names = targets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) {
    return targets.map(({ name, target }) => ({ name: maskCredentials(name), target }));
  }
  throw new UsageError(`Two endpoints are named ${quote(twice)}. Give one a name: name=url.`);
}

function targetOf(word: string): WatchedTarget {
  const [, name, url = ""] = /^(?:([^=:/?#\s]+)=)?(.*)$/s.exec(word) ?? [];
  const target = parseTarget(url);
  return { name: name ?? target.shown.replace(/^http:\/\//, ""), target };
}
