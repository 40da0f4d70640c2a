import { badOption } from "./misuse.ts";
import { kindOf, OBJECT, RECORD, type Rule, validateOptions } from "./options.ts";

/**
 * Validates options as `validateOptions` does. A value in their place that is likely meant for one of them (a port,
 * a URL, a client, or a text for the options named `text`) is refused with what to write.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 */
export function validateArgument(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
  text: readonly string[] = [],
): void {
  const hint = RECORD.accepts(options) ? undefined : hintOf(owner, options, rules, text);
  if (hint !== undefined) throw badOption(owner, "options", RECORD.expected, kindOf(options), hint);
  validateOptions(owner, options, rules);
}

function hintOf(
  owner: string,
  value: unknown,
  rules: object,
  text: readonly string[],
): string | undefined {
  const write = (...options: readonly string[]) =>
    `Write ${owner.replace(/\)$/, "")}{ ${options.map((name) => `${name}: …`).join(", ")} }).`;
  if (typeof value === "number" && "port" in rules) return `Write { port: ${value} } in its place.`;
  if (typeof value === "string" || value instanceof URL) {
    if (isUrl(value) && "url" in rules) return write("url");
    if (text.length > 0) return write(...text);
    return "client" in rules ? urlHint(value) : undefined;
  }
  const isClient = OBJECT.accepts(value) && !Array.isArray(value) && kindOf(value) !== "a class";
  return isClient && "client" in rules ? write("client") : undefined;
}

/** The hint for a URL where a check takes a client; `undefined` for other values. */
export function urlHint(value: unknown): string | undefined {
  return isUrl(value) ? 'Write fromUrl(…) of "hale/checks" for a URL.' : undefined;
}

/** Whether a value is a URL, or the text of one: `sqlite:/srv/shop.db` is one, and `example.com:80` is none. */
function isUrl(value: unknown): boolean {
  return value instanceof URL || (typeof value === "string" && /^[a-z][a-z\d+.-]*:\//i.test(value));
}
