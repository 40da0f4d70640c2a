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
  const names = targets.map(({ name, target }) => name ?? target.shown);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) {
    return targets.map(({ name, target }) => ({ name: shownName(name, target), target }));
  }
  const shown = quote(twice.replace(/^http:\/\//, ""));
  throw new UsageError(`Two endpoints are named ${shown}. Give one a name: name=url.`);
}

/** A name without credentials. The path of a URL is known for one by the scheme and the host before it. */
function shownName(name: string | undefined, { shown }: Target): string {
  return maskCredentials(name ?? shown).replace(/^http:\/\//, "");
}

function targetOf(word: string) {
  const [, name, url = ""] = /^(?:([^=:/?#\s]+)=)?(.*)$/s.exec(word) ?? [];
  return { name, target: parseTarget(url) };
}
