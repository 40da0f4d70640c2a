import { parseUrlOfHttp } from "../url-mistakes.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Parses the address of an HTTP endpoint.
 *
 * @throws UsageError for any other text
 */
export function parseHttpUrl(text: string): URL {
  const url = parseUrlOfHttp(text);
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("must have no user and password, which probers do not send");
  }
  return url;
}
