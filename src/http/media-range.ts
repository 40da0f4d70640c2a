/** A media type in its parts, in lower case. */
export interface MediaType {
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** One range of `Accept`, with its weight from 0 to 1. */
export interface MediaRange extends MediaType {
  readonly weight: number;
}

/** Parameters that say how a text is encoded, not what it is, so they exclude no format. */
const ENCODINGS: ReadonlySet<string> = new Set(["charset", "escaping"]);

const TOKEN = /^[!#$%&'*+\-.^\w`|~]+$/;
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** The ranges of an `Accept` (RFC 9110, section 12.5.1); what is malformed is passed over. */
export function parseAccept(accept: string): MediaRange[] {
  return split(accept, ",").flatMap((text) => {
    const range = parseRange(text);
    return range === undefined ? [] : [range];
  });
}

/** A media type; `undefined` when it is malformed. */
export function parseMediaType(text: string): MediaType | undefined {
  return parseRange(text);
}

function parseRange(text: string): MediaRange | undefined {
  const [essence = "", ...rest] = split(text, ";").map((part) => part.trim());
  const [type = "", subtype = "", ...more] = essence.toLowerCase().split("/");
  if (more.length > 0 || !TOKEN.test(type) || !TOKEN.test(subtype)) return undefined;
  if (type === "*" && subtype !== "*") return undefined;
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    if (parameter === "") continue;
    const [name, value] = parseParameter(parameter);
    // Parameters after the weight do not belong to the media type.
    if (name === "q") {
      return WEIGHT.test(value) ? { type, subtype, parameters, weight: Number(value) } : undefined;
    }
    if (!ENCODINGS.has(name)) parameters.set(name, value);
  }
  return { type, subtype, parameters, weight: 1 };
}

function parseParameter(text: string): [name: string, value: string] {
  const sign = text.indexOf("=");
  if (sign === -1) return [text.toLowerCase(), ""];
  const value = text.slice(sign + 1).trim();
  const bare = /^"(.*)"$/.exec(value)?.[1]?.replace(/\\(.)/g, "$1") ?? value;
  return [text.slice(0, sign).trim().toLowerCase(), bare.toLowerCase()];
}

/** Splits at a sign that stands in no quotes. */
function split(text: string, sign: "," | ";"): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === "\\") index++;
    else if (character === '"') quoted = !quoted;
    else if (character === sign && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
