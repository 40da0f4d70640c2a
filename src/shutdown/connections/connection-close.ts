import type { ServerResponse } from "node:http";

/** The heads that `writeHead` takes: by name, or a list of names and values, flat or in pairs. */
type Headers = Readonly<Record<string, unknown>> | readonly unknown[];

const CONNECTION = "connection";

/** Its `Connection` names the protocol that comes next. */
const SWITCHING_PROTOCOLS = 101;

/** The responses of HTTP/1 that say `Connection: close` because of a drain. */
export class ConnectionClose {
  /** Each with whether its connection would have been kept otherwise. */
  readonly #closing = new WeakMap<ServerResponse, boolean>();
  readonly #watched = new WeakSet<ServerResponse>();

  /** It is the last one of its connection, whatever the service has it say. */
  sayClose(response: ServerResponse): void {
    if (!this.#closing.has(response)) this.#closing.set(response, response.shouldKeepAlive);
    response.shouldKeepAlive = false;
    this.#watch(response);
  }

  /** Another one comes after it. */
  sayNothing(response: ServerResponse): void {
    response.shouldKeepAlive = this.#closing.get(response) ?? response.shouldKeepAlive;
    this.#closing.delete(response);
  }

  /** A header `Connection` of the service's own would count for more than `shouldKeepAlive`. */
  #watch(response: ServerResponse): void {
    if (this.#watched.has(response)) return;
    this.#watched.add(response);
    const original = response.writeHead as (...values: unknown[]) => ServerResponse;
    const writeHead = (...values: unknown[]): ServerResponse => {
      const [status] = values;
      const stays = !this.#closing.has(response) || status === SWITCHING_PROTOCOLS;
      if (stays) return original.apply(response, values);
      if (response.hasHeader(CONNECTION)) response.setHeader("Connection", "close");
      return original.apply(response, values.map(withoutKeepAlive));
    };
    response.writeHead = writeHead as ServerResponse["writeHead"];
  }
}

/** The argument of `writeHead` with `close` as its `Connection`, where it is headers that have one. */
function withoutKeepAlive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const headers = value as Headers;
  if (!Array.isArray(headers)) {
    const entries = Object.entries(headers);
    return entries.some(([name]) => isConnection(name))
      ? Object.fromEntries(entries.map(closed))
      : headers;
  }
  if (Array.isArray(headers[0])) return headers.map(closed);
  return headers.map((item, index) =>
    index % 2 === 1 && isConnection(headers[index - 1]) ? "close" : item,
  );
}

function closed([name, value]: readonly unknown[]): [string, unknown] {
  return [name as string, isConnection(name) ? "close" : value];
}

function isConnection(name: unknown): boolean {
  return String(name).toLowerCase() === CONNECTION;
}
