import { NAME, VALUE } from "./names.ts";
import { hide } from "./rule.ts";

/** What separates two arguments, also in the list that a program was started with. */
const NEXT = "[\"']?(?:,\\s?|\\s)";

/** Commands that take a password with `-p`, `-P`, `-a`, `-A`, `-w` or `-X`. */
const TOOLS =
  "(?:my(?:sql|sqld)\\w*|mariadb\\w*|redis-cli|mongo(?:sh)?|cqlsh|sshpass|docker login|az login|7z|zip|mosquitto_\\w+|ipmitool|sqlcmd|bcp|ldap\\w+|snmp\\w+|spawnargs)";

/** What is not an argument of Redis' `AUTH`, but a word of a sentence about it. */
const NO_ARGUMENT =
  "(?!(?:LOGIN\\s)?(?:<|(?:failed|error|required|is|not|mechanism|called|command)\\b))";

/** Credentials in command lines, in SQL, and in what else is said to a server. */
export const COMMAND_RULES = [
  hide(`((?<![\\w-])--?[\\w.-]*${NAME}\\s)(?!-)${VALUE}`),
  hide(`((?<![\\w-])(?:-[ua]|--user)(?:${NEXT})?["']?[^\\s:%"']+[:%])(?!\\d+(?!\\S))\\S+`),
  hide(`(["'\\s]-[pPawAX]["']?,?)(?<=\\b${TOOLS}\\b.{0,200})\\s?(?!-)${VALUE}`),
  // Whose next word is one, or all that comes.
  hide(
    `(\\b(?:(?:bind|root)pw|requirepass|masterauth|sentinel auth-pass \\S+|identified (?:with \\S+ )?by|as \\w+ key|(?<=config\\w* )set \\S+(?:key|token|secret|password)|(?<=\\.pgpass: )(?:[^\\s:]+:){4}|(?<=htpasswd -\\w+ )\\S+ \\S+|echo(?=.* \\| passwd)|credentials(?= \\S+:)|sasl\\w* .{0,99}\\bpayload:|response=(?=[\\da-f]{16}))\\s?)(?:${VALUE})(?:\\sreplace\\s\\S+)?`,
  ),
  hide(
    '(with args beginning with:|missing "=" after |\\bparameters:\\s?\\[|\\b(?:remote|mysql|postgresql|mongodb|s3)\\(|["\'](?:auth2?|hello)["\'],)(?=.*["\']).*',
  ),
  hide(
    `(?<![\\w-])(AUTH2?\\s(?:(?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2)\\s)?)${NO_ARGUMENT}\\S+(?:\\s\\S+)?`,
    "g",
  ),
  hide(
    "(\\s)(?<=\\buser\\s.{0,200}|setuser\\s.{0,200})(?:[><](?!\\d+(?!\\S))|#(?=[\\da-f]{32}))\\S+",
  ),
];
