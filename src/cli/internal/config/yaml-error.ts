import type { YAMLError } from "yaml";

/** The sentences of hale itself, by the codes of the parser whose own messages repeat the text, which may be a credential. */
const SENTENCES: Partial<Record<YAMLError["code"], string>> = {
  BAD_DIRECTIVE:
    "The line is not a directive of YAML. Put quotes around a text that begins with %.",
  BAD_DQ_ESCAPE:
    "Unknown escape sequence in double quotes. Write two backslashes for one, or use single quotes.",
  MULTIPLE_DOCS: "A second document begins here. A file has one.",
  RESOURCE_EXHAUSTION: "Nested too deep.",
  TAG_RESOLVE_FAILED:
    "A tag is unknown, or does not fit its value. Put quotes around a text that begins with !.",
};

/** The codes whose messages hold nothing of the text, but for a sign of YAML. */
const HARMLESS: ReadonlySet<YAMLError["code"]> = new Set([
  "ALIAS_PROPS",
  "BAD_ALIAS",
  "BAD_INDENT",
  "BAD_PROP_ORDER",
  "BAD_SCALAR_START",
  "BLOCK_AS_IMPLICIT_KEY",
  "BLOCK_IN_FLOW",
  "DUPLICATE_KEY",
  "KEY_OVER_1024_CHARS",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_TAGS",
  "TAB_AS_INDENT",
]);

/** Describes an error of the parser without the text that it quotes: its place is shown. */
export function describeYamlError({ code, message }: YAMLError): string {
  const words = HARMLESS.has(code) ? parserWords : unexpected;
  return `Unreadable YAML: ${SENTENCES[code] ?? words(message)}`;
}

/** The sentence of the parser, which writes `Missing closing "quote` for one quote that is missing. */
function parserWords(message: string): string {
  return `${message.replace(/ (["'])quote$/, " $1")}.`;
}

/** The sentence about a token that does not belong there, with its type, which stands before the colon. */
function unexpected(message: string): string {
  if (message.startsWith("Block scalar header")) {
    return "Text after | or >. Put quotes around a text that begins with one of them.";
  }
  const [type] = /^Unexpected [a-z, -]+(?=: |$)/i.exec(message) ?? [];
  return `${type ?? "The text is not expected here"}.`;
}
