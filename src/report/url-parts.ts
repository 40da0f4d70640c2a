import { maskCredentials } from "./mask-credentials.ts";

/** The parts of a URL that are not for everyone, as they are written there, and its hosts. */
export interface UrlParts {
  /** The password, and what {@link maskCredentials} hides of the path and the query. */
  readonly credentials: readonly string[];
  /** The user and the path, such as the name of a database. */
  readonly names: readonly string[];
  readonly hosts: readonly string[];
  /** The hosts, with their ports where the URL has them. */
  readonly addresses: readonly string[];
}

/** A URL, also one with several hosts, which `URL` cannot parse, or with a Unix socket in place of a host. */
const URL_PARTS =
  /^(?:([a-z][a-z\d+.-]*:\/\/)(?:([^/?#]*)@)?([^/?#]*)|(unix:(?:\/\/)?[^:\s]+:))(\/[^?#]*)?(?:\?([^#]*))?/i;

/** A segment of a path that is an ordinary word, and no token. */
const WORD = /^[a-z_-]*$/;

/** Lists the parts of a URL; a text that is none has no parts. */
export function urlPartsOf(url: string): UrlParts {
  const [, scheme = "", userinfo = "", hosts = "", socket = "", path = "", query = ""] =
    URL_PARTS.exec(url) ?? [];
  const [user = "", ...password] = userinfo.split(":");
  return {
    credentials: [
      password.join(":"),
      ...hiddenInPath(`${scheme}${hosts}${socket}`, path),
      ...query.split("&").flatMap(hiddenInPair),
    ].filter(Boolean),
    names: [user, path.slice(1)].filter(Boolean),
    hosts: hosts.split(",").map((host) => host.replace(/:\d*$/, "")),
    addresses: hosts.split(","),
  };
}

/** The credentials in a path behind its host, by which some rules go: as a whole, and by segments. */
function hiddenInPath(host: string, path: string): readonly string[] {
  const whole = `${host}${path}`;
  const masked = maskCredentials(whole);
  if (masked === whole) return [];
  const start = masked.indexOf("***");
  const [before, after] = [masked.slice(0, start), masked.slice(masked.lastIndexOf("***") + 3)];
  const isInPlace = start >= host.length && whole.startsWith(before) && whole.endsWith(after);
  const hidden = isInPlace ? whole.slice(start, whole.length - after.length) : path.slice(1);
  return [...new Set([hidden, ...hidden.split("/").filter((segment) => !WORD.test(segment))])];
}

/** The value of a pair of a query, as it is written and decoded, where it is a credential. */
function hiddenInPair(pair: string): readonly string[] {
  const [[name, value] = ["", ""]] = new URLSearchParams(pair);
  const isHidden = maskCredentials(`?${name}=${value}`).includes("***");
  return isHidden ? [...new Set([pair.slice(pair.indexOf("=") + 1), value])] : [];
}
