import { encodedCredential } from "./encoded-credential.ts";

/** Writes `***` for each value that it knows, wherever a text has it. */
export type Mask = (text: string) => string;

/** The texts that a mask knows. */
export interface MaskedTexts {
  /** Secrets, which are masked everywhere, also within words. */
  readonly values: Iterable<string>;
  /** Names, such as that of a database. One that is a short word is masked as a whole word alone. */
  readonly names?: Iterable<string>;
  /** Hosts, which are shown, because a failure has to name them. */
  readonly hosts?: Iterable<string>;
}

/** The length of the shortest secret: masking shorter texts would hide the reason. */
export const MIN_SECRET = 4;

/** The characters before an ellipsis that may be the beginning of a value. */
const MAX_CUT = 2000;

/** A name that may be a part of ordinary words. Tokens are longer. */
const SHORT_WORD = /^[\p{L}\p{N}_.-]{1,15}$/u;

/**
 * Makes the mask of some values: as they are, each of their lines, quoted, percent-encoded, decoded and in Base64, and
 * the beginning of one that was cut.
 */
export function createMask({ values, names = [], hosts = [] }: MaskedTexts): Mask {
  const allNames = [...names].flatMap(decodedToo);
  const isWord = (name: string) => SHORT_WORD.test(name);
  const parts = [...values, ...allNames.filter((name) => !isWord(name))].flatMap(partsOf);
  const plain = longestFirst(parts.filter(isLong).flatMap(plainForms));
  const secrets = new Set([...plain, ...parts.filter(isLong).flatMap(base64Forms)]);
  const shown = new Set([...hosts].filter((host) => !secrets.has(host)));
  const forms = longestFirst([...secrets, ...allNames.filter(isWord), ...shown]);
  if (forms.every((form) => shown.has(form))) return (text) => text;
  const sources = forms.map((form) => {
    if (secrets.has(form)) return escaped(form);
    return shown.has(form) ? asHost(escaped(form)) : asWord(escaped(form));
  });
  const expression = new RegExp(sources.join("|"), "gu");
  return (text) =>
    withoutBeginnings(
      text.replace(expression, (form) => (shown.has(form) ? form : "***")),
      plain,
    );
}

function isLong({ length }: string): boolean {
  return length >= MIN_SECRET;
}

function longestFirst(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].filter(isLong).sort((one, other) => other.length - one.length);
}

/** A value, decoded too, and the lines of both. */
function partsOf(value: string): readonly string[] {
  const lines = (text: string) => text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(decodedToo(value).flatMap((text) => [text, ...lines(text)]))];
}

/** A text, and the same without its percent-encoding, as far as it is one. */
function decodedToo(text: string): readonly string[] {
  return [text, text.replace(/(?:%[\dA-F]{2})+/gi, decoded)];
}

function decoded(signs: string): string {
  try {
    return decodeURIComponent(signs);
  } catch {
    return signs;
  }
}

/** A text, and the ways in which messages and URLs write it. */
function plainForms(text: string): readonly string[] {
  // Half a character, which a header may hold, cannot be encoded.
  const whole = text.replace(/\p{Cs}/gu, "\ufffd");
  const encoded = [encodeURIComponent(whole), encodeURI(whole), encodedCredential(whole)];
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
  // Without Buffer, which not every runtime has.
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte));
  const within = [0, 1, 2].map((offset) => {
    const shifted = [...Array<string>(offset).fill("\0"), ...bytes];
    const [from, to] = [(offset * 8) / 6, (shifted.length * 8) / 6];
    return btoa(shifted.join("")).slice(Math.ceil(from), Math.floor(to));
  });
  const whole = btoa(bytes.join(""));
  const forms = [whole, whole.replace(/=+$/, ""), ...within];
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A text that no letter or digit is next to. */
function asWord(source: string): string {
  return `(?<![\\p{L}\\p{N}_])${source}(?![\\p{L}\\p{N}_])`;
}

/** A text that is not a part of a longer host. */
function asHost(source: string): string {
  return `(?<![\\p{L}\\p{N}_]|[\\p{L}\\p{N}_][.-])${source}(?![\\p{L}\\p{N}_]|[.-][\\p{L}\\p{N}_])`;
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
  return cut < MIN_SECRET ? text : `${text.slice(0, -cut)}***`;
}

/** The length of the longest beginning of a value with which a text ends. */
function beginningAtEnd(text: string, value: string): number {
  let length = Math.min(text.length, value.length, MAX_CUT);
  while (length >= MIN_SECRET && !text.endsWith(value.slice(0, length))) length--;
  return length;
}
