import { COMMAND_RULES } from "./redaction/commands.ts";
import { NAME_RULES } from "./redaction/names.ts";
import { BLOCK_RULES, TOKEN_RULES } from "./redaction/tokens.ts";
import { BARE_USER_RULE, URL_RULES } from "./redaction/urls.ts";
import { visibleText } from "./redaction/visible-text.ts";

/** Characters of a text that are looked at, and of a reason and a code that are kept. */
export const MAX_READ = 2000;
const MAX_KEPT = 300;
const MAX_CODE = 64;

/** The rules, in this order: a URL holds names, and a name says more than how a value looks. */
export const RULES = [
  ...BLOCK_RULES,
  ...URL_RULES,
  ...NAME_RULES,
  ...COMMAND_RULES,
  BARE_USER_RULE,
  ...TOKEN_RULES,
];

/**
 * Takes credentials out of a text, and makes one line of it: in URLs, after names such as `password`
 * and `token`, in commands, and tokens known by their looks. Rather too much goes than too little.
 */
export function redact(text: string): string {
  return shorten(redactLine(text));
}

/** The same at full length: the first 2000 characters. */
export function redactLine(text: string): string {
  if (text.length <= MAX_READ) return hideCredentials(visibleText(text));
  return hideCredentials(visibleText(wholeWords(text))).replace(/%40$/, "…");
}

/** Hides the credentials in visible text, also of several lines. */
export function hideCredentials(text: string): string {
  return RULES.reduce((rest, [expression, shown]) => rest.replace(expression, shown), text);
}

/** A code in one line of 64 characters at most, without credentials; nothing where there is none. */
export function cleanCode(code: unknown): string | undefined {
  if (typeof code !== "string" && typeof code !== "number") return undefined;
  return shorten(redactLine(String(code)), MAX_CODE) || undefined;
}

/** Cuts a line to the length of a reason, or to another. */
export function shorten(line: string, most = MAX_KEPT): string {
  const kept = line.length > most ? `${line.slice(0, most - 1)}…` : line;
  // Half a character, which a cut may leave too, is no text that can be sent.
  return kept.replace(/\p{Cs}/gu, "\ufffd");
}

/**
 * Cuts before the last word that does not fit, because half a credential matches no rule. Where a word is longer than
 * a reason, it is cut at a sign that no token holds; where it has none, at a "%40", as which the end of a user counts.
 */
function wholeWords(text: string): string {
  const cut = text.slice(0, MAX_READ);
  const ends = [/\s\S*$/, /[^\w.~+/=%-][\w.~+/=%-]*$/].map((last) => cut.search(last));
  const end = ends.find((at) => at > MAX_KEPT);
  return end ? cut.slice(0, end) : `${cut}%40`;
}
