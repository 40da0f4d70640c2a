/** Characters of a text that are looked at, and of a reason that are kept. */
const MOST_READ = 2000;
const MOST_KEPT = 300;

const HIDDEN = "***";

/** Words that name a secret when a value follows them, also inside a longer name. */
const LONG_NAMES =
  "password|passwd|passphrase|passcode|secret|token|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|signature|credential|session|authorization";

/** Words that do so where no letter stands beside them. */
const SHORT_NAMES = "pass|pwd|pw|auth|sig|sas|jwt|key";

const NAME = `(?:${LONG_NAMES})[\\w.-]{0,20}|(?<![a-z])(?:${SHORT_NAMES})(?![a-z])`;
const VALUE = `"(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?|\\S+`;

const RULES: readonly (readonly [RegExp, string])[] = [
  // Header fields whose whole value is a credential.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,3}[:=]).*/gi, `$1$2 ${HIDDEN}`],
  // Authorization schemes: the word after them is the credential.
  [/\b(bearer|basic|digest|negotiate|apikey)\s+(?!auth)\S+/gi, `$1 ${HIDDEN}`],
  // A URL's user information, up to its last "@", since a password may hold others.
  [/:\/\/\S*@/g, `://${HIDDEN}@`],
  // The same where the text ends before the "@"; a port is not a password.
  [/:\/\/[^\s/@:]*:(?!\d{1,5}\b)[^\s/@]*$/g, `://${HIDDEN}`],
  // name=value, name: value and name => value, with quotes and brackets or without.
  [
    new RegExp(`(${NAME})(["']?\\s{0,3}(?:=>?|:)\\s{0,3}[\\[{(\\s]{0,5})(?:${VALUE})`, "gi"),
    `$1$2${HIDDEN}`,
  ],
  // How SQL says it.
  [/\b(identified\s+by|password)(\s+)(?:"[^"]*"?|'[^']*'?)/gi, `$1$2${HIDDEN}`],
  // JSON web tokens, wherever they stand.
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, HIDDEN],
];

/**
 * Takes credentials out of a text and makes one line of it: in URLs, after names such as `password`
 * and `token`, after `Bearer` and its kin, and JSON web tokens. Rather too much goes than too little.
 */
export function redact(text: string): string {
  let line = oneLine(text.length > MOST_READ ? wholeWords(text, MOST_READ) : text);
  for (const [pattern, replacement] of RULES) line = line.replace(pattern, replacement);
  return line.length > MOST_KEPT ? `${line.slice(0, MOST_KEPT - 1)}…` : line;
}

/** Cuts before the last word that does not fit, because half a credential matches no rule. */
function wholeWords(text: string, most: number): string {
  const cut = text.slice(0, most);
  return cut.slice(0, Math.max(cut.search(/\s\S*$/), 0));
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
