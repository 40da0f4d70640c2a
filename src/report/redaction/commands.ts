import { NAME, VALUE } from "./names.ts";
import { hide, hideExactly } from "./rule.ts";

const { raw } = String;

/** The separator of two arguments, also in the list that a program was started with. */
const NEXT = raw`["']?(?:,\s?|\s)`;

/** Commands that take a password with `-p`, `-P`, `-a`, `-A`, `-w` or `-X`. */
const TOOLS = raw`(?:mysql\w*|mariadb\w*|redis-cli|mongosh?|cqlsh|sshpass|docker login|az login|7z|zip|mosquitto_\w+|ipmitool|sqlcmd|bcp|ldap\w+|snmp\w+|spawnargs)`;

/** Words right in front of one that is a credential. */
const BEFORE_A_WORD = raw`(?:bind|root)pw|requirepass|masterauth|sentinel auth-pass \S+|identified (?:with \S+ )?by|as \w{2,} key|(?<=config\w* )set \S+(?:key|token|secret|password)|(?<=\.pgpass: )(?:[^\s:]+:){4}|(?:machine|default login) \S+\s(?:(?:login|account) \S+\s)*passwo?r?d|(?<=htpasswd -\w+ )\S+ \S+|echo(?= \S{1,99} \|)|credentials(?= \S+:)|sasl\w* .{0,99}\bpayload:|response=(?=[\da-f]{16})`;

/** Words in front of credentials, which may be any of the words behind them. */
const BEFORE_ALL_WORDS = raw`args beginning with:|missing "=" after |\bparameters:\s?\[|\b(?:remote|mysql|postgresql|mongodb|s3)\(|["'](?:auth2?|hello)["'][,\s]`;

/** Not a word of a sentence about Redis' `AUTH`. */
const ARGUMENT = raw`(?!(?:LOGIN\s)?(?:<|(?:failed|error|required|is|not|mechanism|called|command)\b))\S+`;

/** Credentials in command lines, in SQL, and in what else is said to a server. */
export const COMMAND_RULES = [
  hide`((?<![\w-])--?[\w.-]*${NAME}\s)(?!-)${VALUE}`,
  hide`((?<![\w-])(?:-[ua]|--user)(?:${NEXT})?["']?[^\s:%"']+[:%])(?!\d+(?!\S))(?:(?<=["'][^\s"']*)[^"']+|\S+)`,
  hide`(["'\s]-[pawx]["']?,?)(?<=\b${TOOLS}\b.{0,60})\s?(?!-)${VALUE}`,
  hide`(\b(?:${BEFORE_A_WORD})\s?)${VALUE}(?: replace \S+)?`,
  hide`(${BEFORE_ALL_WORDS})(?=.{0,9}["']).*`,
  hideExactly`(?<![\w-])(AUTH2?\s(?:(?:PLAIN|LOGIN|CRAM-MD5|XOAUTH2)\s)?|sasl: PLAIN\s)${ARGUMENT}(?:\s\S+)?`,
  // Redis' rules of access. Without SETUSER, a number may be compared with what is in front of it.
  hide`(\s)(?<=user .{0,99})(?:[><](?!(?<!setuser .{0,99})\d+(?!\S))|#(?=[\da-f]{32}))\S+`,
];
