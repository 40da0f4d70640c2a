import { hide, hideIf } from "./rule.ts";

const { raw } = String;

/** Words that name a credential, also inside a longer name. */
const LONG_NAME = raw`(?:pass(?:word|wd|phrase|code)|secret(?!ar)|(?<!unexpected |invalid_)token(?!i[sz]|s["']?\s?[:=]\s?\d)|signature|credential|authorization|sess(?:ion|id)|cookie(?=[\w-]{0,40}=)|(?:api|access|account|private|master|encryption|signing|subscription|unseal)[-_ ]?key|(?:auth|shared|primary|secondary|consumer|instrumentation)key)`;

/** Words that do so at the end of a name. */
const LAST_NAME = raw`(?:(?<!com|by|tres|under|over)pass|ps?wd?|auth|jwt|bearer|auth\.user\.info|(?<![a-z])(?:otp|pin|psk|hmac|csrf)(?: code)?)(?![a-z])`;

/** A name of a credential; not that of an error, a service or a source file. */
export const NAME = raw`(?:${LONG_NAME}[\w.-]{0,60}(?<!error|exception|type|store|server|service|manager|api|\.[cm]?[jt]s)(?: provided)?|${LAST_NAME})`;

/** Words that name much else too. */
const SHORT_NAME = raw`(?<![a-z]|such )(?:key|sig|sas|sid|appid)`;

/** A text in quotes, which it may hold doubled or escaped; it need not end. */
const QUOTED = ['"', "'", "`"]
  .map((q) => raw`b?\\*${q}(?:[^${q}\\]|\\.|${q}${q})*${q}?\S*`)
  .join("|");

/** A value after a name. An object, a list, or a block of YAML goes with all that comes after it. */
export const VALUE = raw`(?:\w*(?:[[{(<]|\s\{).*|(?:[|>][-+]?|(?<=:\s)(?:-|[\w.-]+:))\s.*|(?:password|secret|token)\s\S+|${QUOTED}|[^\s;]+ [^;=\n]{0,99}(?=;)|\S+)`;

const QUOTE = raw`(?:\\*["'\x60]|%(?:25)*2[27])`;

/** The sign between a name and its value: `=`, `:`, `=>`, `->`, also after quotes or encoded. */
const SIGN = raw`(?:${QUOTE}\s?,|,(?=["'])|(?:${QUOTE}|(?:\[\w*)?]|%(?:25)*5D){0,4}\s?(?:[:=]{1,3}>?|-+>|→|\|(?=\s)|%(?:25)*3[AD]))(?:\s|%(?:25)*20)?`;

/** The same where the name is itself a value, as in `name: DB_PASSWORD, value: …`. */
const VALUE_SIGN = raw`${QUOTE}?\s?[,{]?\s?${QUOTE}?(?:value|default)${QUOTE}?\s?[:=]\s?`;

/** Not a word of a sentence about a credential. */
const NO_WORD = raw`(?!\s?(?:an?(?=\s)|the|is|was|has|must|should|cannot|no|not|none|too|missing|required|expected|invalid|expired|closed|disabled|denied|permission|end|header|authentication|(?:bearer|basic)(?!.)|yes|secret|connect|read|see|string|undefined|null)(?![^\s.,;)]))`;

/** Credentials that are known by a name in front of them. */
export const NAME_RULES = [
  // Header fields whose whole value is a credential.
  hide`(\bauthorization${SIGN})${NO_WORD}.*`,
  hide`(\bcookies?${SIGN})(?=["'[{]|[^\s=]+=).*`,
  // Authorization schemes, after which a word of a sentence may come.
  hideIf(
    (word) => !/^(?:[A-Z]?[a-z]{1,19}[.,;:)]*$|realm=|[:=]+>?$)/.test(word),
  )`(\b(?:bearer|basic|digest|negotiate|apikey)(?: |(?<! or \w+)\n))(\S+)`,
  hide`(${NAME}${VALUE_SIGN})${VALUE}`,
  // Not the URL that has lost its own already.
  hide`(${NAME}(?:\s(?:is|was))?${SIGN})${NO_WORD}(?!https?://\*{3}@)${VALUE}`,
  hide`(${SHORT_NAME}(?:\s?=|${QUOTE}\s?[:=,%]>?|%(?:25)*3D|:\s?(?='))\s?)${VALUE}`,
  hideIf(looksSecret)`(${SHORT_NAME}:\s?)(\S+)`,
  hide`(;\s?(?:password|pwd)\s?=)[^;\n]*`,
  hide`(<([\w:.-]*${NAME})[^<>]*>)(?=\S).*?(?:</\2>|$)`,
  // Without a sign: in one line, or in the next what is like no host, stands alone, or follows nothing but the name.
  hide`(pass(?:word|phrase) for [^=:\n]{1,100}(?:[=:]\s?| is\s(?=["'])))${VALUE}`,
  hide`(${NAME}(?:(?: |\n(?=\S+(?!.)))(?:(?:is|was|id)\s)?\(?|\())(?!${QUOTE}\s?[:=]\s?\*|(?<=secrets? )"[\w.-]+" (?:not|is) )(?:${QUOTED})`,
  hideIf(
    looksSecret,
  )`(${NAME}(?:[ ,|]|\n(?=\S*\d(?:[a-z]+\d|\S*(?!.))|(?<=^[a-z]+\n))\W*)(?:(?:is|was|id)\s)?[(<[]*)([^\s)>\],|"']+)`,
];

/** Whether a word is more than a word of a sentence. */
function looksSecret(word: string): boolean {
  return (
    /^[\w+/=.~!#$%^&*-]{6,}[,;:]?$/.test(word) &&
    /[A-Za-z].*\d|\d.*[A-Za-z]|[a-z][A-Z]/.test(word) &&
    !/(?:key|token|secret|password|error|exception|sha-?\d+|oauth\d|base64):?$/i.test(word)
  );
}
