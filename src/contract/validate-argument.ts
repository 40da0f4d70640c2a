import { badOption, unknownOption } from "./misuse.ts";
import { nearestWord } from "./nearest-word.ts";
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
  if (RECORD.accepts(options)) refuseOtherNames(owner, options as object, rules);
  validateOptions(owner, options, rules);
}

/** Refuses a client or a URL under another name, such as `pool`, where its option is left out. */
function refuseOtherNames(owner: string, options: object, rules: object): void {
  const known = Object.keys(rules);
  if (["client", "url", "file", "read"].some((option) => Object.hasOwn(options, option))) return;
  for (const [option, value] of Object.entries(options)) {
    if (known.includes(option)) continue;
    const meant = isUrl(value) ? "url" : isClient(value) ? "client" : undefined;
    if (meant === undefined || !known.includes(meant)) continue;
    throw unknownOption(owner, option, known, nearestWord(option, known) ?? meant);
  }
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
  if (value === undefined) {
    if (text.length > 0) return write(...text);
    const needed = ["client", "url"].find((option) => option in rules);
    return needed && write(needed);
  }
  return isClient(value) && "client" in rules ? write("client") : undefined;
}

/** Whether a value may be a client: an object or a function, and no list or class. */
function isClient(value: unknown): boolean {
  return OBJECT.accepts(value) && !Array.isArray(value) && kindOf(value) !== "a class";
}

/** The hint for a URL where a check takes a client; `undefined` for other values. */
export function urlHint(value: unknown): string | undefined {
  return isUrl(value) ? 'Write fromUrl(…) of "hale/checks" for a URL.' : undefined;
}

/** Whether a value is a URL, or the text of one: `sqlite:/srv/shop.db` is one, and `example.com:80` is none. */
function isUrl(value: unknown): boolean {
  return value instanceof URL || (typeof value === "string" && /^[a-z][a-z\d+.-]*:\//i.test(value));
}
