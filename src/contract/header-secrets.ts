import { createMask, MIN_SECRET } from "./value-mask.ts";

/** Headers that describe the request, and not the caller. */
const HARMLESS = /^(?:accept(?:-.*)?|cache-control|content-type|host|user-agent|hale-hop)$/i;

/** Schemes of credentials, which are none themselves. */
const SCHEMES = /^(?:basic|bearer|digest)$/i;

/** Hides what a check's own request headers hold, also where an answer repeats it in another form. */
export interface Secrets {
  /** A text without any of them. */
  hide(text: string): string;
  /** The failure itself, or one that says that it holds a secret. */
  cleared(failure: unknown): unknown;
}

/**
 * The user with the password, and the password, of a `Basic` value (RFC 7617), which an answer may tell decoded. Without a
 * password, the user is the credential.
 */
function basicPairOf(value: string): readonly string[] {
  const encoded = /^basic\s+([\w+/=-]+)$/i.exec(value.trim())?.[1];
  if (encoded === undefined) return [];
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const pair = new TextDecoder().decode(bytes);
    const [user = "", ...password] = pair.split(":");
    return [pair, password.join(":") || user];
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
    .filter((value) => value.length >= MIN_SECRET && !SCHEMES.test(value))
    .sort((one, other) => other.length - one.length);
}

/** Makes what hides the values of headers. */
export function secretsOf(headers: Readonly<Record<string, string>>): Secrets {
  const hide = createMask({ values: secretValuesOf(headers) });
  return {
    hide,
    cleared(failure) {
      let depth = 0;
      for (let part = failure; part instanceof Error && depth < 5; part = part.cause, depth++) {
        if (hide(String(part.message)) !== String(part.message)) {
          return new Error(
            "It failed, and the reason is not told, since it holds a request header.",
          );
        }
      }
      return failure;
    },
  };
}
