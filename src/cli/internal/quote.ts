/** The most characters of a word of the command line that an error repeats. */
const MAX_SHOWN = 80;

/**
 * Quotes a word of the command line for an error. All that stands before the last `@` is withheld, but for the scheme:
 * a user and password, also of a URL that has no scheme or cannot be parsed. A path may have an `@` of its own. The
 * values of a query are withheld too, and the value of a header.
 */
export function quote(word: string): string {
  const isPath = /^\.{0,2}\//.test(word) && !/:[^@]*@/.test(word);
  const [, scheme = ""] = /^((?:[^=:/?#\s]+=)?[a-z][a-z\d+.-]*:\/\/)/i.exec(word) ?? [];
  const header = /^[\w-]+:[ \t]+(?=\S)/.exec(word)?.[0];
  if (header !== undefined) return JSON.stringify(`${header}…`);
  const shown = isPath ? word : word.replace(/^[\s\S]*@/, `${scheme}…@`);
  return JSON.stringify(shorten(shown.replace(/([?&][^=&#\s]*=)[^&#\s]+/g, "$1…")));
}

/** Cuts a word of the command line to a length that an error can show. */
export function shorten(word: string): string {
  return word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word;
}

/** Replaces the user and password of every URL in a text by `…`: all up to the last `@` of its word. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)\S*@/g, "$1…@");
}
