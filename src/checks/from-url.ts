import type { Check } from "../contract/check.ts";
import { checkOfUrl, type FromUrlOptions } from "./internal/url/check-of-url.ts";

export type { FromUrlOptions } from "./internal/url/check-of-url.ts";

/**
 * Makes the check of what stands at a URL, over a client of its own: for what has no client in the
 * service, and for tools. Prefer the service's own client, whose connections are what its users need.
 *
 * The driver is imported when the check runs first; one that is missing is named in the reason. The
 * client is closed with the health, or after each run with `reopen`. No error shows the URL.
 *
 * @throws `HALE_BAD_URL`, `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { fromUrl } from "hale/checks";
 *
 * const database = fromUrl("postgres://127.0.0.1/shop", { timeout: 300 });
 * const health = createHealth({ checks: { database } });
 * ```
 */
export function fromUrl(url: string | URL, options: FromUrlOptions = {}): Check {
  return checkOfUrl("fromUrl()", url, options);
}
