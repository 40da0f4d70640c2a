import { RULES } from "../../report/redact.ts";
import { visibleText } from "../../report/redaction/visible-text.ts";
import type { Reply } from "./raw-reply.ts";

/** Characters of a body that are read: six times what a kubelet reads. */
const MAX_READ = 65_536;

/** The longest part of a response that a message shows. */
const MAX_SHOWN = 80;

/** Headers that name a product, and those of them that do so only with a number. */
const PRODUCT_HEADERS =
  /^(?:x-powered-by|x-aspnet(?:mvc)?-version|x-generator|x-runtime|x-framework|x-application-version)$/;
const SERVER_HEADERS = /^(?:server|via|x-server)$/;

/** A product with its version, as in `nginx/1.25.3` and `PostgreSQL 16.2`. */
const PRODUCT =
  /\b(?:node(?:\.?js)?|python|cpython|php|ruby|java|openjdk|jvm|go|dotnet|postgres(?:ql)?|mysql|mariadb|redis|mongodb|nginx|apache|tomcat|jetty|express|django|flask|rails|spring[ -]boot|werkzeug|gunicorn|uvicorn|kestrel|kafka|rabbitmq|elasticsearch|linux|debian|ubuntu|alpine)[ /@:-]?v?\d+(?:\.\d+)+/gi;

/** A field whose name says version, and which has a value. */
const VERSION_FIELD =
  /"(?:\w{0,40}version|release(?:_?id)?|(?:git_?)?(?:commit|sha|revision)\w{0,20}|build\w{0,20})"\s{0,9}:\s{0,9}"?[\w.+-]{1,80}/gi;

/** Lists the products and versions in the headers and the body of a response. */
export function versionsIn({ headers, body }: Reply): readonly string[] {
  const named = Object.entries(headers)
    .filter(([name, value]) =>
      SERVER_HEADERS.test(name) ? /[a-z][ /]v?\d+\.\d/i.test(value) : PRODUCT_HEADERS.test(name),
    )
    .map(([name, value]) => `${name}: ${value}`);
  return shown([...named, ...matches(body, PRODUCT), ...matches(body, VERSION_FIELD)]);
}

const HOST_HEADERS =
  /^(?:x-served-by|x-backend(?:-server)?|x-pod(?:-name)?|x-host(?:name)?|x-node|x-instance(?:-id)?|x-upstream|x-container-id)$/;
const HOST_FIELD =
  /"(?:host(?:_?name)?|server_?name|node_?name|pod(?:_?name)?|instance(?:_?id)?|ip(?:_?address)?|container(?:_?id)?)"\s{0,9}:\s{0,9}"[^"]{1,200}"/gi;
const ADDRESS =
  /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?::\d{1,5})?(?![\w.])/g;
const ADDRESS_6 = /\[(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}\](?::\d{1,5})?/gi;
const INNER_NAME =
  /\b(?:[a-z\d-]{1,63}\.){1,8}(?:internal|local|lan|localdomain|corp|intranet|svc|home\.arpa|amazonaws\.com|cloudapp\.net|database\.windows\.net)\b(?::\d{1,5})?/gi;
/** A name with the port of a well-known dependency. */
const NAME_AND_PORT =
  /\b[a-z][\w.-]{0,200}:(?:1433|1521|2181|2379|3306|4222|5432|5672|6379|6432|8086|8123|9042|9092|9200|11211|27017)\b/gi;

/** Lists the hosts, addresses and ports in a response, but for those that the caller has sent itself. */
export function hostsIn({ headers, body }: Reply, url: URL): readonly string[] {
  const named = Object.entries(headers)
    .filter(([name]) => HOST_HEADERS.test(name))
    .map(([name, value]) => `${name}: ${value}`);
  const found = [HOST_FIELD, ADDRESS, ADDRESS_6, INNER_NAME, NAME_AND_PORT].flatMap((pattern) =>
    matches(body, pattern),
  );
  const own = [url.host, url.hostname];
  return shown([...named, ...found.filter((text) => !own.includes(text))]);
}

/** The stack traces of common languages. */
const STACKS = [
  // JavaScript, with a file, a line and a column.
  /\bat [^\n]{0,200}?(?:\/|\\|file:|node:)[^\s():]{0,300}:\d+:\d+/,
  /\bat [\w$.<>]{1,200}\((?:[\w$]+\.(?:java|kt|scala|groovy|clj):\d+|Native Method|Unknown Source)\)/,
  /\bat [\w.<>`]{1,200}\([^)\n]{0,200}\) in [^\n]{1,200}:line \d+/,
  /Traceback \(most recent call last\)/,
  /File "[^"\n]{1,200}", line \d+/,
  /\bgoroutine \d+ \[/,
  /[\w/-]{1,99}\.go:\d+ \+0x/,
  /[\w/-]{1,99}\.rb:\d+:in [`']/,
  /#\d{1,5} [^\s(]{1,300}\.php\(\d+\)/,
  /thread '[^']*' panicked at/,
] as const;

const SCRIPT = /<script\b[^>]{0,500}>([\s\S]*?)(?:<\/script>|$)/gi;

/**
 * A text of a script, up to its end or that of the line, with the name that it is given; a template may have several lines.
 * It always finds an end, so that no search is in vain.
 */
const NAMED_TEXT =
  /(?:(["']|)[\w.-]{1,64}\1\s{0,99}[:=]\s{0,99})?(?:(["'])(?:\\.|(?!\2)[^\\\n])*(?:\2|)|`(?:\\\n|\\.|[^\\`])*`|`[^\n]*)/g;

/**
 * A name of a script with the text that it is given, wherever it stands: the quotes of an expression such as `/"/` are no
 * ends of texts, and those after it are paired wrongly. Each begins at no other place than a name does.
 */
const ASSIGNED_TEXT =
  /(?<![\w.-])(?=([\w.-]{1,64}["']?\s{0,99}[:=]\s{0,99}(["'`])((?:\\.|(?!\2)[^\\\n])+)\2))/g;

/** A name at the end of a text of a script, as in `"?token=" + token`, whose value is code. */
const UNVALUED = /(?<=[?&;]\s?|^["'`])[\w.-]{1,64}\s?[:=]\s?["'`]$/;

/** The characters by which the code between two texts of a script, such as ` + name + `, begins and ends. */
const AFTER_TEXT = /^[+,;:.?)\]}]/;
const BEFORE_TEXT = /[+,;:.?([{=]$/;

/** Every expression for what a body may tell. */
export const PATTERNS: readonly RegExp[] = [
  PRODUCT,
  VERSION_FIELD,
  HOST_FIELD,
  ADDRESS,
  ADDRESS_6,
  INNER_NAME,
  NAME_AND_PORT,
  SCRIPT,
  NAMED_TEXT,
  ASSIGNED_TEXT,
  UNVALUED,
  AFTER_TEXT,
  BEFORE_TEXT,
  ...STACKS,
];

/** Lists the beginnings of the stack traces in the body of a response. */
export function stacksIn({ body }: Reply): readonly string[] {
  const text = plain(body);
  return shown(STACKS.flatMap((pattern) => pattern.exec(text)?.[0] ?? []));
}

/** A name with a verdict, which is no credential even when a check is named `token`. */
const VERDICT =
  /(["']?)[\w.-]{1,64}\1\s?[:=]\s?(["']?)(?:ok|up|down|pass(?:ed|ing)?|fail(?:ed|ing)?|warn(?:ing)?|(?:un)?healthy|(?:un)?available|(?:dis)?connected|degraded|unknown|error|true|false|null|none|missing|valid|invalid|expired|\d{1,5})\2(?=[\s,;}\])]|$)/gi;

/** A name with an empty text or a scheme alone, which is no credential either. */
const EMPTY = /(["']?)[\w.-]{1,64}\1\s?[:=]\s?(["'`])(?:(?:bearer|basic) ?)?\2(?=[\s,;}\])]|$)/gi;

/** Keeps of each script its texts, since `token = field.value` is code and no value. */
function withoutCode(html: string): string {
  return html.replace(SCRIPT, (_, code: string) =>
    textsIn(code)
      .map((text) => text.replace(/\s+/g, " ").replace(UNVALUED, ""))
      .join("\n"),
  );
}

/** Lists the texts of a script, and what is given to a name beside them. */
function textsIn(code: string): readonly string[] {
  const texts = [...code.matchAll(NAMED_TEXT)].map(({ 0: text, index }) => ({
    ...{ text, start: index, end: index + text.length },
  }));
  let next = 0;
  const others = [...code.matchAll(ASSIGNED_TEXT)].flatMap(
    ({ 1: assignment = "", 3: value = "", index: start }) => {
      while ((texts[next]?.end ?? code.length) <= start) next++;
      const around = texts[next];
      const end = start + assignment.length;
      const isWithin = around !== undefined && around.start <= start && end <= around.end;
      return isWithin || isCode(value.trim()) ? [] : [assignment];
    },
  );
  return [...texts.map(({ text }) => text), ...others];
}

/** Whether what seems to be a text stands between two, whose quotes were paired wrongly. */
function isCode(text: string): boolean {
  return AFTER_TEXT.test(text) && BEFORE_TEXT.test(text);
}

/**
 * Lists what is around each credential in the body of a response; the credential itself is masked. A value that `hide`
 * masks as a whole is known to the caller, and no disclosure.
 */
export function credentialsIn(
  { body }: Reply,
  hide: (text: string) => string = (text) => text,
): readonly string[] {
  return shown(
    // Scripts first, while their escapes still tell which quote ends a text.
    plain(withoutCode(body.slice(0, MAX_READ)))
      .split("\n")
      .flatMap((line) => {
        const text = visibleText(line).replace(VERDICT, "").replace(EMPTY, "");
        let masked = text;
        // Before what is known is hidden: that may be a word such as "password", by which the rules go.
        for (const [expression, replacement] of RULES)
          masked = masked.replace(expression, (match, kept: string, word: string) =>
            isHidden(match.slice(kept.length), hide) ? match : replacement(match, kept, word),
          );
        if (masked === text) return [];
        const start = Math.max(masked.indexOf("***"), 0);
        const before = hide(masked.slice(0, start));
        const at = Math.max(before.length - MAX_SHOWN / 2, 0);
        return [`${before}${hide(masked.slice(start))}`.slice(at, at + MAX_SHOWN)];
      }),
  );
}

/** Whether nothing is left to read of a value, but for its quotes and the like. */
function isHidden(value: string, hide: (text: string) => string): boolean {
  const hidden = hide(value);
  return hidden !== value && !/[\p{L}\p{N}]/u.test(hidden);
}

/** The text that a person sees of JSON or HTML. */
function plain(body: string): string {
  return body
    .slice(0, MAX_READ)
    .replace(/\\n|<br\s*\/?>/gi, "\n")
    .replace(/\\"|&quot;|&#3[49];|&#x27;/gi, '"')
    .replace(/&nbsp;/gi, " ")
    .replace(/&lt;/gi, "<")
    .replace(/&gt;/gi, ">");
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.slice(0, MAX_READ).matchAll(pattern)].map(([match]) => match);
}

/** Each once, three at most. */
function shown(found: readonly string[]): readonly string[] {
  const all = [...new Set(found)].map((text) =>
    text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text,
  );
  return all.length > 3 ? [...all.slice(0, 3), `and ${all.length - 3} more`] : all;
}
