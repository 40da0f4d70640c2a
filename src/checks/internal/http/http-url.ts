import { RECORD, type Rule } from "../../../contract/options.ts";
import { urlHint } from "../../../contract/validate-argument.ts";

/** A URL of HTTP, as a text or a `URL`. It may hold a password, so no error shows it. */
export const HTTP_URL: Rule = {
  expected:
    "a URL that begins with http: or https:, whose user and password, if any, are percent-encoded",
  secret: true,
  accepts: (value) =>
    (value instanceof URL || (typeof value === "string" && URL.canParse(value))) &&
    /^https?:$/.test(new URL(value).protocol) &&
    isDecodable(new URL(value)),
  hint(value) {
    if (typeof value === "string" && !value.includes("://"))
      return 'Write the whole URL, such as "http://127.0.0.1:8080/health".';
    if (typeof value !== "string" && !(value instanceof URL)) return undefined;
    return URL.canParse(value) && !/^https?:/i.test(String(value)) ? urlHint(value) : undefined;
  },
};

function isDecodable({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}

/** Request headers: names and values that HTTP allows. */
export const HEADERS: Rule = {
  expected: "a Headers, or an object with the names and values of headers, which HTTP allows",
  secret: true,
  accepts(value) {
    if (value instanceof Headers) return true;
    // Whatever else has entries, such as a Map, would lose them here.
    if (!RECORD.accepts(value)) return false;
    if (!Object.values(value as object).every((item) => typeof item === "string")) return false;
    try {
      return new Headers(value as Record<string, string>) instanceof Headers;
    } catch {
      return false;
    }
  },
};

/** Headers as an object of names and values. */
export function plainHeaders(
  headers: Headers | Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return headers instanceof Headers ? Object.fromEntries(headers.entries()) : headers;
}

/** A URL without its user and password, and these as the header in which they are sent. */
export function splitCredentials(given: string | URL): {
  readonly url: URL;
  readonly authorization: string | undefined;
} {
  const url = new URL(given);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "" && password === "") return { url, authorization: undefined };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const bytes = new TextEncoder().encode(pair);
  return { url, authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}
