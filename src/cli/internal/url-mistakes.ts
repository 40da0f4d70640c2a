import { UsageError } from "./usage-error.ts";

/** The schemes of URLs with a host, after which two slashes stand. */
const WITH_HOST = /^(https?|tcp|grpcs?):[\\/]*/i;

/** A name in front of a URL, as `hale watch` and `hale serve` take it. */
const NAME = /^[^=:/?#\s]*=\s*/;

/**
 * Finds the URL that a text which is none was probably meant to be: without spaces around it, without a name in front,
 * with two slashes after the scheme, or with `http://`.
 *
 * @param isValid whether a candidate can be used
 */
export function likelyUrl(text: string, isValid: (candidate: string) => boolean) {
  const trimmed = text.trim();
  const unnamed = trimmed.replace(NAME, "");
  const candidates = [
    trimmed,
    unnamed,
    unnamed.replace(WITH_HOST, "$1://"),
    ...(/^[a-z][a-z\d+.-]*:(?!\d)/i.test(unnamed) ? [] : [`http://${unnamed}`]),
  ];
  return candidates.find((candidate) => candidate !== text && isValid(candidate));
}

/** The error of a URL by {@link hasLateAt}, after the URL. */
export const LATE_AT =
  'has an "@" after its host. Write it as %40. Within a user or password, write "/", "?" and "#" as %2F, %3F and %23.';

/**
 * Whether an `@` stands after the host of a URL. It more likely ends a password with a `/` in it, such as
 * `http://me:12/34@host/`, which a URL parser takes for the host `me` and a path, or `http://me:p@ss/12@host/`, which it
 * takes for the host `ss`.
 */
export function hasLateAt(text: string): boolean {
  return /^[^:/?#]+:\/\/[^/?#\\]*[/?#\\].*@/s.test(text);
}

/**
 * Parses a URL of HTTP.
 *
 * @throws UsageError where it is none, with what it must be, to be put after its name
 */
export function parseUrlOfHttp(text: string): URL {
  const { protocol = "" } = URL.canParse(text) ? new URL(text) : {};
  if (protocol !== "http:" && protocol !== "https:") {
    throw new UsageError("must begin with http:// or https://");
  }
  if (!isUrlWithHost(text)) {
    throw new UsageError(
      "must have two slashes after its scheme, a host after these, and no spaces",
    );
  }
  if (hasLateAt(text)) {
    throw new UsageError(
      'must have its last "@" in front of its host. Write "/", "?", "#" and "@" of a user or password as %2F, %3F, %23 and %40',
    );
  }
  return new URL(text);
}

/**
 * Whether a text is a URL with a scheme, two slashes and a host, and without spaces. URL parsers find a host in `http:host`,
 * `http:///host` and `http:\\host` too.
 */
export function isUrlWithHost(text: string): boolean {
  return URL.canParse(text) && !/\s/.test(text) && /^[^:]+:\/\/[^/\\]/.test(text);
}
