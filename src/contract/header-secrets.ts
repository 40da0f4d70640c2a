/** Headers that describe the request, and not the caller. */
const HARMLESS = /^(?:accept(?:-.*)?|cache-control|content-type|host|user-agent|hale-hop)$/i;

/** Schemes of credentials, which are none themselves. */
const SCHEMES = /^(?:basic|bearer|digest)$/i;

/** Shorter words are no secrets, and hiding them would hide the reason. */
const SHORTEST = 4;

/** Hides what a check's own request headers hold, also where an answer repeats it. */
export interface Secrets {
  /** A text without any of them. */
  hide(text: string): string;
  /** The failure itself, or one that says that it holds a secret. */
  cleared(failure: unknown): unknown;
}

/** The user with the password, and the password, of a `Basic` value (RFC 7617), which an answer may tell decoded. */
function basicPairOf(value: string): readonly string[] {
  const encoded = /^basic\s+([\w+/=-]+)$/i.exec(value.trim())?.[1];
  if (encoded === undefined) return [];
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const pair = new TextDecoder().decode(bytes);
    return [pair, pair.slice(pair.indexOf(":") + 1)];
  } catch {
    // What is no base64 holds no pair.
    return [];
  }
}

/** The values of headers, and each word of them, since a scheme stands before a token; the longest first. */
export function secretValuesOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !HARMLESS.test(name))
    .flatMap(([, value]) => [value, ...value.split(/[\s,;=]+/), ...basicPairOf(value)])
    .filter((value) => value.length >= SHORTEST && !SCHEMES.test(value))
    .sort((one, other) => other.length - one.length);
}

/** Makes what hides the values of headers. */
export function secretsOf(headers: Readonly<Record<string, string>>): Secrets {
  const values = secretValuesOf(headers);
  const holdsOne = (text: unknown) => values.some((value) => String(text).includes(value));
  return {
    hide: (text) => values.reduce((rest, value) => rest.replaceAll(value, "***"), text),
    cleared(failure) {
      let depth = 0;
      for (let part = failure; part instanceof Error && depth < 5; part = part.cause, depth++) {
        if (holdsOne(part.message)) {
          return new Error(
            "It failed, and the reason is not told, since it holds a request header.",
          );
        }
      }
      return failure;
    },
  };
}
