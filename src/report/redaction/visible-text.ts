/** Commands of a terminal: colours, links, and movements of the cursor. */
const TERMINAL_COMMAND =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*/g;

/** A sign as HTML and the literals of languages may write it. */
const ESCAPED_SIGN = /(?:&#x|\\u00|\\x)([2-7][\da-f]);?|&(?:#(\d\d)|(quot|equals|[lg]t));/gi;
const CODES: Readonly<Record<string, number>> = { quot: 34, equals: 61, lt: 60, gt: 62 };

/**
 * One line of what a reader sees of a text: without commands for a terminal and characters that
 * have no width, and with signs such as `=` in their plain form.
 */
export function visibleText(text: string): string {
  return text
    .replace(TERMINAL_COMMAND, "")
    .replace(ESCAPED_SIGN, unescaped)
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .trim();
}

function unescaped(match: string, hex?: string, decimal?: string, name = ""): string {
  const code = hex ? Number(`0x${hex}`) : (CODES[name.toLowerCase()] ?? Number(decimal));
  const sign = String.fromCharCode(code);
  // A quote that was escaped does not end what it stands in, nor may a letter become one of a name.
  if (/["']/.test(sign)) return `\\${sign}`;
  return /[:=<>/@&]/.test(sign) ? sign : match;
}
