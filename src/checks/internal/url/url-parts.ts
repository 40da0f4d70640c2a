import { badUrl } from "../../../contract/check-misuse.ts";

/** A part that the URLs of a scheme must have. */
interface Need {
  readonly expected: string;
  has(url: URL): boolean;
}

const hasHost = ({ hostname }: URL) => hostname !== "";
const hasHostAndPort = (url: URL) => hasHost(url) && url.port !== "";

const NEEDS: Readonly<Record<string, Need>> = {
  tcp: {
    expected: "tcp: with a host and a port, such as tcp://10.0.0.7:6379",
    has: hasHostAndPort,
  },
  tls: { expected: "tls: with a host, such as tls://example.com", has: hasHost },
  dns: {
    expected: "dns: with the name to look up, such as dns:///db.internal",
    has: ({ pathname }) => /[^/]/.test(pathname),
  },
  grpc: {
    expected: "grpc: with a host and a port, such as grpc://10.0.0.7:50051",
    has: hasHostAndPort,
  },
  grpcs: { expected: "grpcs: with a host, such as grpcs://ledger.internal", has: hasHost },
  sqlite: {
    expected: "sqlite: and a path, such as sqlite:/srv/shop.db",
    has: ({ host, pathname }) => host === "" && pathname !== "" && pathname !== "/",
  },
};

/**
 * Refuses a URL that lacks what its scheme needs, or whose parts are not percent-encoded as they should be.
 *
 * @throws `HALE_BAD_URL`
 */
export function requireParts(scheme: string, url: URL): void {
  const need = Object.hasOwn(NEEDS, scheme) ? NEEDS[scheme] : undefined;
  if (need !== undefined && !need.has(url)) throw badUrl(need.expected);
  if (![url.username, url.password, url.pathname].every(isEncoded)) {
    throw badUrl('percent-encoded, where "%" itself is written as %25');
  }
}

/** Whether a part can be decoded. The result is used, since a bundler leaves out a call that seems to have no effect. */
function isEncoded(part: string): boolean {
  try {
    return decodeURIComponent(part).length <= part.length;
  } catch {
    return false;
  }
}
