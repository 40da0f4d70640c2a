import { UsageError } from "../usage-error.ts";

/** The characters of a name (RFC 9110, section 5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~\w-]{1,80}(?=:)/;

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

/** Writes a text that is no header for an error: the name alone, since the rest may be a token. */
export function describeHeader(text: string): string {
  const [name] = NAME.exec(text) ?? [];
  return name === undefined ? "another text" : `"${name}: …"`;
}
