import { quote } from "../quote.ts";
import { hasLateAt, isUrlWithHost, LATE_AT, likelyUrl } from "../url-mistakes.ts";
import { UsageError } from "../usage-error.ts";

/** The address of a server: a host and a port, or a Unix socket. */
export type Address =
  | { readonly host: string; readonly port: number; readonly path?: undefined }
  | { readonly path: string };

/** An HTTP endpoint. */
export interface HttpTarget {
  readonly kind: "http";
  /** The URL without credentials, for output. */
  readonly shown: string;
  readonly secure: boolean;
  readonly address: Address;
  /** The `Host` header. */
  readonly authority: string;
  /** The path with its query. */
  readonly path: string;
  /** The `Authorization` header of the user and password in the URL. */
  readonly authorization?: string;
}

/** A port that only accepts a connection. */
export interface TcpTarget {
  readonly kind: "tcp";
  readonly shown: string;
  readonly address: Address;
}

/** A gRPC server, and the service that it is asked about; an empty name means the whole server. */
export interface GrpcTarget {
  readonly kind: "grpc";
  readonly shown: string;
  readonly secure: boolean;
  readonly address: Address;
  readonly authority: string;
  readonly service: string;
}

/** A server that is probed. */
export type Target = HttpTarget | TcpTarget | GrpcTarget;

const SCHEMES = "http://, https://, unix:, tcp://, grpc:// or grpcs://";

/**
 * Parses the URL of a target.
 *
 * @throws UsageError for any URL that cannot be probed, with the one that was probably meant
 */
export function parseTarget(text: string): Target {
  try {
    return parseExactly(text);
  } catch (error) {
    const likely = likelyUrl(text, isTarget);
    if (!(error instanceof UsageError) || likely === undefined) throw error;
    throw new UsageError(`${error.message} Did you mean ${quote(likely)}?`);
  }
}

function isTarget(text: string): boolean {
  try {
    parseExactly(text);
    return true;
  } catch {
    return false;
  }
}

function parseExactly(text: string): Target {
  const [, scheme = ""] = /^([a-z][a-z\d+.-]*):(?!\d)/i.exec(text) ?? [];
  switch (scheme.toLowerCase()) {
    case "http":
    case "https":
      return httpTarget(parseUrl(text));
    case "unix":
      return unixTarget(text);
    case "tcp":
      return tcpTarget(parseUrl(text), text);
    case "grpc":
    case "grpcs":
      return grpcTarget(parseUrl(text), text);
    default:
      throw new UsageError(`Expected a url that begins with ${SCHEMES}, not ${quoted(text)}.`);
  }
}

/** Quotes a text of another scheme; without slashes it is no URL, and may be a header with a credential. */
function quoted(text: string): string {
  return quote(text.replace(/^([\w.+-]+:)(?![\d/])[^@]*$/s, "$1…"));
}

function parseUrl(text: string): URL {
  if (!isUrlWithHost(text)) throw new UsageError(`${quote(text)} is no valid URL.`);
  if (hasLateAt(text)) throw new UsageError(`${quote(text)} ${LATE_AT}`);
  const url = new URL(text);
  if (url.port === "0") throw new UsageError(`${quote(text)} has the port 0. Use 1 to 65535.`);
  return url;
}

/** Makes the target of an `http:` or `https:` URL. */
export function httpTarget(url: URL): HttpTarget {
  const secure = url.protocol === "https:";
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  return {
    kind: "http",
    shown: `${url.protocol}//${url.host}${pathOf(url)}`,
    secure,
    address: { host: hostOf(url), port: Number(url.port || (secure ? 443 : 80)) },
    authority: url.host,
    path: pathOf(url),
    ...(credentials === ":"
      ? {}
      : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
  };
}

/** Makes the target of `unix:/run/app.sock:/health/ready`, which HAProxy and nginx write in the same way. */
function unixTarget(text: string): HttpTarget {
  const [, socket, path = "/"] = /^unix:(?:\/\/)?([^:\s]+)(?::(\/\S*))?$/i.exec(text) ?? [];
  if (socket === undefined) {
    throw new UsageError(
      `${quote(text)} is no Unix socket. Write it as unix:/run/app.sock:/health/ready.`,
    );
  }
  return {
    kind: "http",
    shown: text,
    secure: false,
    address: { path: socket },
    authority: "localhost",
    path: pathOf(new URL(`http://localhost${path}`)),
  };
}

function tcpTarget(url: URL, text: string): TcpTarget {
  const address = addressOf(url, text);
  if (!["", "/"].includes(url.pathname) || url.search !== "") {
    throw new UsageError(`${quote(text)} has a path, which TCP does not. Write tcp://host:port.`);
  }
  return { kind: "tcp", shown: `tcp://${url.host}`, address };
}

function grpcTarget(url: URL, text: string): GrpcTarget {
  const address = addressOf(url, text);
  const service = decode(url.pathname.slice(1));
  if (service.includes("/") || url.search !== "") {
    throw new UsageError(`${quote(text)} has more than a service. Write grpc://host:port/service.`);
  }
  return {
    kind: "grpc",
    shown: `${url.protocol}//${url.host}${service === "" ? "" : `/${service}`}`,
    secure: url.protocol === "grpcs:",
    address,
    authority: url.host,
    service,
  };
}

/** The path of a URL with its query, as a request line takes it. */
function pathOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}

/** Decodes a part of a URL; one that is encoded wrongly stays as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a URL of a scheme that has no port of its own. */
function addressOf(url: URL, text: string): Address {
  if (url.hostname === "" || url.port === "") {
    throw new UsageError(`${quote(text)} needs a host and a port: ${url.protocol}//host:port.`);
  }
  return { host: hostOf(url), port: Number(url.port) };
}

/** The host of a URL, an IPv6 address without its brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
