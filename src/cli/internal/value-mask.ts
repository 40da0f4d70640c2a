import { encodedCredential } from "./encoded-credential.ts";

/** Writes `***` for each value that it knows, wherever a text has it. */
export type Mask = (text: string) => string;

/** Shorter values are no secrets, and masking them would hide the reason. */
const SHORTEST = 4;

/** The characters before an ellipsis that may be the beginning of a value. */
const LONGEST_CUT = 2000;

const URL_PARTS = /^[a-z][\da-z+.-]*:\/\/(?:([^/?#]*)@)?[^/?#]*(?:\/([^?#]*))?(?:\?([^#]*))?/i;

/**
 * Makes the mask of some values: as they are, each of their lines, quoted, percent-encoded and in Base64, and the
 * beginning of one that was cut. Of a URL, its user, password, path and query are masked by themselves too; its host is
 * not, because a failure has to name it.
 */
export function createMask(values: Iterable<string>): Mask {
  const parts = [...new Set([...values].flatMap(partsOf))].filter(isLong);
  const plain = longestFirst(parts.flatMap(plainForms));
  if (plain.length === 0) return (text) => text;
  const forms = longestFirst([...plain, ...parts.flatMap(base64Forms)]);
  const expression = new RegExp(forms.map(escaped).join("|"), "g");
  return (text) => withoutBeginnings(text.replace(expression, "***"), plain);
}

function isLong({ length }: string): boolean {
  return length >= SHORTEST;
}

function longestFirst(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].filter(isLong).sort((one, other) => other.length - one.length);
}

/** A value, its lines, and the parts of a URL. */
function partsOf(value: string): readonly string[] {
  return [value, ...value.split(/\r?\n/).map((line) => line.trim()), ...partsOfUrl(value)];
}

/** The user, password, path and query of a URL, also of one with several hosts, which `URL` cannot parse. */
function partsOfUrl(value: string): readonly string[] {
  const [, user = "", path = "", query = ""] = URL_PARTS.exec(value) ?? [];
  const [name = "", ...password] = user.split(":");
  const words = query.split("&").map((pair) => pair.slice(pair.indexOf("=") + 1));
  const parts = [name, password.join(":"), path, ...words];
  return [...parts, ...parts.map(decoded)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A text, and the ways in which messages and URLs write it. */
function plainForms(text: string): readonly string[] {
  const encoded = [encodeURIComponent(text), encodeURI(text), encodedCredential(text)];
  return [
    text,
    text.replace(/\s+/g, " "),
    JSON.stringify(text).slice(1, -1),
    // The source of a regular expression.
    text.replaceAll("/", "\\/"),
    ...encoded,
    ...encoded.map((form) => form.replace(/%[\dA-F]{2}/g, (sign) => sign.toLowerCase())),
  ];
}

/** The Base64 of a text by itself and, less the characters that it shares with others, within a longer one. */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const within = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const [from, to] = [(offset * 8) / 6, (shifted.length * 8) / 6];
    return shifted.toString("base64").slice(Math.ceil(from), Math.floor(to));
  });
  const whole = bytes.toString("base64");
  const forms = [whole, whole.replace(/=+$/, ""), ...within];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Masks the beginnings of values that a message has cut, and ended with an ellipsis. */
function withoutBeginnings(text: string, values: readonly string[]): string {
  return text
    .split("…")
    .map((part, index, { length }) => (index === length - 1 ? part : withoutEnd(part, values)))
    .join("…");
}

function withoutEnd(text: string, values: readonly string[]): string {
  const cut = Math.max(...values.map((value) => beginningAtEnd(text, value)));
  return cut < SHORTEST ? text : `${text.slice(0, -cut)}***`;
}

/** The length of the longest beginning of a value with which a text ends. */
function beginningAtEnd(text: string, value: string): number {
  let length = Math.min(text.length, value.length, LONGEST_CUT);
  while (length >= SHORTEST && !text.endsWith(value.slice(0, length))) length--;
  return length;
}
