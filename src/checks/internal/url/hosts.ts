/** The address in a URL. */
export interface Address {
  /** The URL with its first host. */
  readonly parsed: URL;
  /** The URL with every host. */
  readonly text: string;
  /** Every host with its port, the first one among them. */
  readonly hosts: readonly string[];
}

/** Schemes whose URLs may name the servers of a cluster, as `kafka://a:9092,b:9092` does. */
export const OF_CLUSTERS: readonly string[] = ["kafka", "memcached", "mongodb", "nats"];

/** The parts of a URL with several hosts, which is none by the standard. */
const SEVERAL = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*@)?([^/?#@,]+),([^/?#@]+)(.*)$/is;

/** Reads a URL; `undefined` for what is none. */
export function addressOf(url: unknown): Address | undefined {
  if (typeof url === "string") {
    const [, scheme = "", user = "", first = "", others = "", rest = ""] = SEVERAL.exec(url) ?? [];
    if (OF_CLUSTERS.includes(scheme.toLowerCase())) {
      const urls = [first, ...others.split(",")].map((host) =>
        parsed(`${scheme}://${user}${host.trim()}${rest}`),
      );
      const [one] = urls;
      if (one === undefined || !urls.every((each) => each !== undefined && each.host !== "")) {
        return undefined;
      }
      return { parsed: one, text: url, hosts: urls.map((each) => each?.host ?? "") };
    }
  }
  const one = typeof url === "string" || url instanceof URL ? parsed(url) : undefined;
  return one && { parsed: one, text: one.href, hosts: [one.host] };
}

/** The scheme of a URL that names several hosts, in lower case; `undefined` where there are not several. */
export function schemeOfSeveral(url: unknown): string | undefined {
  return typeof url === "string" ? SEVERAL.exec(url)?.[1]?.toLowerCase() : undefined;
}

/** Parses a URL as URL.parse() does, which Node 20 lacks; the error of `new URL` shows its input. */
function parsed(url: string | URL): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
