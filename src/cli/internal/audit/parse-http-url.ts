import { hasLateAt, isUrlWithHost } from "../url-mistakes.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Parses the address of an HTTP endpoint.
 *
 * @throws UsageError for any other text
 */
export function parseHttpUrl(text: string): URL {
  const url = isUrlWithHost(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError("must begin with http:// or https://");
  }
  if (hasLateAt(text)) throw new UsageError('must have its "@" written as %40');
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("must have no user and password, which probers do not send");
  }
  return url;
}
