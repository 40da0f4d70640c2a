import { badOption } from "./misuse.ts";
import { kindOf, OBJECT, RECORD, type Rule } from "./options.ts";

/**
 * Refuses a value in place of the options that is likely meant for one of them: a port, a URL or a client.
 *
 * @throws `HALE_BAD_OPTION`, which says what to write
 */
export function refuseMisplaced(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
): void {
  const hint = RECORD.accepts(options) ? undefined : hintOf(owner, options, rules);
  if (hint !== undefined) throw badOption(owner, "options", RECORD.expected, kindOf(options), hint);
}

function hintOf(owner: string, value: unknown, rules: object): string | undefined {
  const call = owner.replace(/\)$/, "");
  if (typeof value === "number" && "port" in rules) return `Write { port: ${value} } in its place.`;
  if (isUrl(value)) {
    if ("url" in rules) return `Write ${call}{ url: … }).`;
    // That every check has; other functions take no URL.
    return "restartAfter" in rules ? urlHint(value) : undefined;
  }
  const isClient = OBJECT.accepts(value) && !Array.isArray(value);
  return isClient && "client" in rules ? `Write ${call}{ client: … }).` : undefined;
}

/** The hint for a URL where a check takes a client; `undefined` for other values. */
export function urlHint(value: unknown): string | undefined {
  return isUrl(value) ? 'Write fromUrl(…) of "hale/checks" for a URL.' : undefined;
}

/** Whether a value is a URL, or the text of one. */
function isUrl(value: unknown): boolean {
  return typeof value === "string" || value instanceof URL;
}
