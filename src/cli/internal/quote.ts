/** The most characters of a word of the command line that an error repeats. */
const MAX_SHOWN = 80;

/** Quotes a word of the command line for an error; the user and password of a URL are withheld. */
export function quote(word: string): string {
  return JSON.stringify(shorten(withoutCredentials(word)));
}

/** Cuts a word of the command line to a length that an error can show. */
export function shorten(word: string): string {
  return word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word;
}

/** Replaces the user and password of every URL in a text by `…`. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w:\/\/)[^/?#\s]*@/g, "$1…@");
}
