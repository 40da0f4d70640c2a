/** Headers that say what is asked for, and not who asks. */
const HARMLESS = /^(?:accept(?:-.*)?|cache-control|content-type|host|user-agent|hale-hop)$/i;

/** Shorter words are no secrets, and hiding them would hide the reason. */
const SHORTEST = 4;

/** Hides what a check's own request headers hold, also where an answer repeats it. */
export interface Secrets {
  /** A text without any of them. */
  hide(text: string): string;
  /** The failure itself, or one that says that it holds a secret. */
  cleared(failure: unknown): unknown;
}

/** The values of headers, and each word of them, since a scheme stands before a token. */
export function secretsOf(headers: Readonly<Record<string, string>>): Secrets {
  const values = Object.entries(headers)
    .filter(([name]) => !HARMLESS.test(name))
    .flatMap(([, value]) => [value, ...value.split(/[\s,;=]+/)])
    .filter((value) => value.length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
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
