import { parseHttpUrl } from "../parse-http-url.ts";
import { quote } from "../quote.ts";
import { UsageError } from "../usage-error.ts";

/** An endpoint to watch. */
export interface Target {
  readonly name: string;
  readonly url: URL;
}

/**
 * Parses the arguments: URLs, each with a name in front of `=` where it has one. Without a name, an endpoint has its
 * host and path.
 *
 * @throws UsageError
 */
export function targetsOf(words: readonly string[]): readonly Target[] {
  const targets = words.map(targetOf);
  const names = targets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return targets;
  throw new UsageError(`Two endpoints are named ${quote(twice)}. Give one a name: name=url.`);
}

function targetOf(word: string): Target {
  const [, name, address = ""] = /^(?:([^=:/?#\s]+)=)?(.*)$/s.exec(word) ?? [];
  try {
    const url = parseHttpUrl(address);
    return { name: name ?? `${url.host}${url.pathname}`, url };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`The url ${error.message}, but is ${quote(address)}.`);
  }
}
