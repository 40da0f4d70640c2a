/** Characters of a text that are looked at, and of a reason that are kept. */
const MOST_READ = 2000;
const MOST_KEPT = 300;

const HIDDEN = "***";

/** Words that name a secret when a value follows them, also inside a longer name. */
const LONG_NAMES =
  "(?:pass(?:word|wd|phrase|code)|secret|token|signature|credential|authorization|sess(?:ion|id)|(?:api|access|account|private|master|encryption|signing|subscription)[-_ ]?key)[\\w.-]{0,60}(?: provided)?";

/** Words that do so at the end of a name, and those that do so where no letter stands beside them. */
const NAME = `(?:${LONG_NAMES}|(?:pass|pwd|auth|jwt|bearer)(?![a-z])|(?<![a-z])(?:pw|sig|sas|sid|key)(?![a-z]))`;

/** A text in quotes, which it may hold doubled or escaped; it need not end. */
const QUOTED = ['"', "'", "`"]
  .map((q) => `\\\\*${q}(?:[^${q}\\\\]|\\\\.|${q}${q})*${q}?\\S*`)
  .join("|");

/** What follows a name: an object or a list goes with all that comes after it. */
const VALUE = `(?:[[{(].*|${QUOTED}|[^\\s;]+\\s[^;=]*(?=;)|\\S+)`;

/** What stands between a name and its value: `=`, `:`, `=>`, `:=`, also after quotes or encoded. */
const SIGN =
  "(?:\\\\*[\"'`]\\s{0,3},|(?:\\\\*[\"'`]|]|%5D){0,4}\\s{0,3}(?:[:=]{1,3}>?|%3[AD]))\\s{0,3}";

/** `://`, also as JSON may write it. */
const SLASHES = ":(?:\\\\?/){2}";

/** What cannot be a password after `host:`: a port, or white space. */
const PORT = "(?:\\d{1,5}(?:[\\s/?#,;:.)\\]}>\"'`…\\\\]|$)|\\s|$)";

/** What is looked for, in this order, and what takes its place. */
export const RULES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN[^-]*PRIVATE KEY-----.*?(?:-----END[^-]*-----|$)/g, HIDDEN],
  // Header fields whose whole value is a credential.
  [
    rule(
      `\\b((?:proxy-)?authorization|(?:set-)?cookies?)(\\\\*["'\`]\\s{0,3}[:=,]|\\s{0,3}[:=]).*`,
    ),
    `$1$2 ${HIDDEN}`,
  ],
  // Redis repeats a command that it does not know, AUTH too when it was renamed.
  [/(with args beginning with:).*/gi, `$1 ${HIDDEN}`],
  // Authorization schemes: the word after them is the credential.
  [
    /\b(bearer|basic|digest|negotiate|apikey)\s+(?!auth(?:entication|orization)?(?:[\s.,;:)]|$))\S+/gi,
    `$1 ${HIDDEN}`,
  ],
  // name=value, name: value and name => value; before URLs, whose query may hold an "@".
  [rule(`(${NAME}${SIGN})(?!(?:yes|no)\\)|authentication\\b)${VALUE}`), `$1${HIDDEN}`],
  // A URL's user information, up to its last "@", since a password may hold others.
  [rule(`(${SLASHES})\\S*@`), `$1${HIDDEN}@`],
  [/(%3A%2F%2F)\S*%40/gi, `$1${HIDDEN}%40`],
  // The same with white space in the password, and where the text ends before the "@".
  [rule(`(${SLASHES})[^\\s/@:?#[]*:(?!${PORT})[^@]{1,200}@(?:\\S*@)?`), `$1${HIDDEN}@`],
  [rule(`(${SLASHES})[^\\s/@:?#[]*:(?!${PORT})\\S+`), `$1${HIDDEN}`],
  // How commands are told who calls; before user information without a scheme, which would leave the rest.
  [/(?<!\S)(-u|--user)\s+\S+:\S+/g, `$1 ${HIDDEN}`],
  // The same as in a URL, without a scheme.
  [/(?<![\w/.:-])[\w.+%-]{1,64}:(?!\S*:\\?\/\\?\/)(?!\\?\/\\?\/)\S+@(?=[\w[(])/g, `${HIDDEN}@`],
  [/(;\s{0,3}(?:password|pwd)\s{0,3}=)[^;]*/gi, `$1${HIDDEN}`],
  [rule(`(<[\\w:.-]*${NAME}[^<>]*>)(?=\\S)[^<]+`), `$1${HIDDEN}`],
  [/([?&]code=)[^&\s]+/gi, `$1${HIDDEN}`],
  // How SQL and messages say it.
  [rule(`\\b(identified\\s+(?:with\\s+\\S+\\s+)?by\\s+)(?:${QUOTED}|\\S+)`), `$1${HIDDEN}`],
  [rule(`\\b(password\\s+for\\s+[^=:]{1,100}[=:]\\s*)(?:${QUOTED}|\\S+)`), `$1${HIDDEN}`],
  [/\b((?:requirepass|masterauth|sentinel auth-pass \S+)\s+)\S+/gi, `$1${HIDDEN}`],
  // Redis commands: the arguments of AUTH, and of HELLO after its AUTH.
  [
    /(?<![\w-])(AUTH\s+)(?!failed|error|required|is\b|not\b|mechanism|called|command)\S+(?:\s+\S+)?$/g,
    `$1${HIDDEN}`,
  ],
  [
    rule(
      `\\b((?:password|passphrase|(?<!unexpected )token|api[-_ ]?key)\\s*\\(?\\s*)(?!\\\\*["'\`]\\s*[:=]\\s*\\*{3})(?:${QUOTED})`,
    ),
    `$1${HIDDEN}`,
  ],
  // How commands are told.
  [rule(`(?<!\\S)(--?${NAME}\\s+)(?!-)\\S+`), `$1${HIDDEN}`],
  // What the clients of MySQL and Redis take for a password.
  [/(?<=\b(?:mysql|mariadb|mysqldump|mysqladmin|redis-cli)\b.*\s-[pa])\s?(?!-)\S+/g, HIDDEN],
  // Keys that are known by how they begin, and JSON web tokens, wherever they stand.
  [/\b(?:AKIA|ASIA|gh[pousr]_|github_pat_|[sr]k_(?:live|test)_|xox[abeprs]-)[\w-]{8,}/g, HIDDEN],
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, HIDDEN],
];

function rule(pattern: string): RegExp {
  return new RegExp(pattern, "gi");
}

/**
 * Takes credentials out of a text and makes one line of it: in URLs, after names such as `password`
 * and `token`, after `Bearer` and its kin, and JSON web tokens. Rather too much goes than too little.
 */
export function redact(text: string): string {
  let line = oneLine(text.length > MOST_READ ? wholeWords(text, MOST_READ) : text);
  for (const [pattern, replacement] of RULES) line = line.replace(pattern, replacement);
  const kept = line.length > MOST_KEPT ? `${line.slice(0, MOST_KEPT - 1)}…` : line;
  // Half a character, which a cut may leave too, is no text that can be sent.
  return kept.replace(/\p{Cs}/gu, "\ufffd");
}

/** Cuts before the last word that does not fit, because half a credential matches no rule. */
function wholeWords(text: string, most: number): string {
  const cut = text.slice(0, most);
  return cut.slice(0, Math.max(cut.search(/\s\S*$/), 0)) || "…";
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}
