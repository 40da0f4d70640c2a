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

/** A token (RFC 9110, section 5.6.2), as names of headers and the parts of media types are. */
export const TOKEN = /^[!#$%&'*+\-.^\w`|~]+$/;

const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Parses the ranges of an `Accept` (RFC 9110, section 12.5.1); what is malformed is passed over. A comma or a semicolon
 * within quotes counts as malformed: no format has a parameter with one.
 */
export function parseAccept(accept: string): MediaRange[] {
  return accept.split(",").flatMap((text) => parseMediaRange(text) ?? []);
}

/** Parses one range, or a media type, whose weight is 1; `undefined` when it is malformed. */
export function parseMediaRange(text: string): MediaRange | undefined {
  const [essence = "", ...rest] = text.split(";").map((part) => part.trim());
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
  const value = text
    .slice(sign + 1)
    .trim()
    .replace(/^"(.*)"$/, "$1");
  return [text.slice(0, sign).trim().toLowerCase(), value.toLowerCase()];
}
