import type { Rule } from "../contract/options.ts";

/** A URL of HTTP, as a text or a `URL`. It may hold a password, so no error shows it. */
export const HTTP_URL: Rule = {
  expected: "a URL that begins with http: or https:",
  secret: true,
  accepts: (value) =>
    (value instanceof URL || (typeof value === "string" && URL.canParse(value))) &&
    /^https?:$/.test(new URL(value).protocol),
};

/** Request headers: names and values that HTTP allows. */
export const HEADERS: Rule = {
  expected: "an object with the names and values of headers, which HTTP allows",
  secret: true,
  accepts(value) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    if (!Object.values(value).every((item) => typeof item === "string")) return false;
    try {
      return new Headers(value as Record<string, string>) instanceof Headers;
    } catch {
      return false;
    }
  },
};

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
