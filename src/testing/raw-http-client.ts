import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

/** The response to a raw request. */
export interface Reply {
  readonly status: number;
  /** The headers by names in lower case; repeated ones are joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /**
   * Whether the body began in the chunk in which the head ended, as it does after one write, however the network
   * splits that; true without a body.
   */
  readonly together: boolean;
}

/** Bytes after which a response is rejected: no verdict is that long. */
const MAX_BYTES = 1024 * 1024;

/** The headers and the body of a raw request. */
export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A client of one server that sends the exact bytes of each request on a connection of its own. */
export class RawHttpClient {
  readonly #url: URL;
  readonly #limit: number;

  /** `limit`: milliseconds to wait for a response. */
  constructor(url: string, limit: number) {
    this.#url = new URL(url);
    this.#limit = limit;
  }

  /** Sends an HTTP/1.1 request. */
  request(
    method: string,
    target: string,
    { headers = {}, body = "" }: RawRequest = {},
  ): Promise<Reply> {
    const length = Buffer.byteLength(body);
    const all = {
      host: this.#url.host,
      connection: "close",
      ...(length > 0 && { "content-length": String(length) }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  }

  /** Sends exact bytes; resolves once a whole response has arrived or the connection has ended. */
  send(text: string): Promise<Reply> {
    const { hostname, protocol } = this.#url;
    const secure = protocol === "https:";
    const port = Number(this.#url.port || (secure ? 443 : 80));
    const host = hostname.replace(/^\[|\]$/g, "");
    const what = JSON.stringify(text.slice(0, text.indexOf("\r\n")).slice(0, 80));
    return new Promise((resolve, reject) => {
      const socket = secure
        ? connectTls({ port, host, rejectUnauthorized: false })
        : connect(port, host);
      let received = "";
      let together = true;
      let failure = "the connection was closed";
      const isHead = text.startsWith("HEAD ");
      const end = (reply: Reply | undefined) => {
        clearTimeout(timer);
        socket.destroy();
        if (reply !== undefined) resolve(reply);
        else reject(new Error(`${what} received no response: ${failure}.`));
      };
      const timer = setTimeout(() => {
        failure = `none was complete within ${this.#limit} ms`;
        // After HEAD no body has arrived, which is what the wait was for.
        end(isHead ? replyOf(received, together) : undefined);
      }, this.#limit);
      socket.on("data", (chunk) => {
        received += chunk.toString("latin1");
        if (isHeadAlone(received)) together = false;
        if (isWhole(received, isHead)) end(replyOf(received, together));
        else if (received.length > MAX_BYTES) {
          failure = `it was longer than ${MAX_BYTES} bytes`;
          end(undefined);
        }
      });
      socket.on("error", ({ message }) => {
        failure = message;
      });
      socket.on("close", () => end(replyOf(received, together)));
      socket.write(text);
    });
  }
}

/** Matches an interim response, such as `100 Continue`. */
const INTERIM = /^HTTP\/1\.[01] 1\d\d[\s\S]*?\r\n\r\n/;

function isWhole(text: string, isHead: boolean): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  if (/^HTTP\/1\.[01] 1\d\d/.test(text)) return isWhole(text.slice(end + 4), isHead);
  // A body after HEAD would be an error: waiting for the end of the connection detects it.
  if (isHead) return false;
  const { "content-length": length, "transfer-encoding": coding } = headersOf(text.slice(0, end));
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return coding !== undefined && text.endsWith("0\r\n\r\n");
}

/** Whether a head alone has arrived so far, which is no interim response. */
function isHeadAlone(received: string): boolean {
  return received.indexOf("\r\n\r\n") === received.length - 4 && !INTERIM.test(received);
}

function replyOf(received: string, together: boolean): Reply | undefined {
  const text = received.replace(INTERIM, "");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  const end = text.indexOf("\r\n\r\n");
  if (status === undefined || end === -1) return undefined;
  const headers = headersOf(text.slice(0, end));
  const raw = text.slice(end + 4);
  const chunked = headers["transfer-encoding"]?.includes("chunked") ?? false;
  const body = Buffer.from(chunked ? unchunked(raw) : raw, "latin1").toString();
  return { status: Number(status), headers, body, together: together || body === "" };
}

function headersOf(head: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of head.split("\r\n").slice(1)) {
    const [, name = "", value = ""] = /^([^:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

function unchunked(text: string): string {
  const [, size = "0", rest = ""] = /^([0-9a-f]+)[^\r]*\r\n([\s\S]*)$/i.exec(text) ?? [];
  const length = Number.parseInt(size, 16);
  return length === 0 ? "" : rest.slice(0, length) + unchunked(rest.slice(length + 2));
}
