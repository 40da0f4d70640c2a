import { UsageError } from "../usage-error.ts";

/** A request header. */
export type Header = readonly [name: string, value: string];

/**
 * Parses `name: value`.
 *
 * @throws UsageError
 */
export function parseHeader(text: string): Header {
  const [, name, value] =
    /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError('must be a header, such as "host: shop.test"');
  }
  return [name.toLowerCase(), value];
}
