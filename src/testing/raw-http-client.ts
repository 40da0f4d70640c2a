import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isHeadAlone, isWhole, type Reply, replyOf } from "./internal/raw-reply.ts";

export type { Reply } from "./internal/raw-reply.ts";

/** Bytes after which a response is rejected: no verdict is that long. */
const MAX_BYTES = 1024 * 1024;

/** The characters of a request that an error shows. */
const MAX_SHOWN = 80;

/** The headers and the body of a raw request. */
export interface RawRequest {
  /** Headers in addition to Host and Connection, or in their place; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

/** The settings of a client. */
export interface RawClientOptions {
  /** The address to connect to, in place of the URL's host. */
  readonly address?: string;
  /** The protocols to offer by ALPN; none by default. */
  readonly alpn?: readonly string[];
}

/** The bytes that a server sent on one connection. */
export interface Conversation {
  readonly received: string;
  /** Whether the body began in the chunk in which the head ended. */
  readonly together: boolean;
  /** `complete`: as asked for; `closed`: by the server; `late`: when the limit of time ended it. */
  readonly end: "complete" | "closed" | "late" | "too long";
  /** The error of the connection. */
  readonly error: string | undefined;
  /** Milliseconds from the last byte until the server closed the connection, or the limit ended it. */
  readonly quiet: number;
}

/** A client of one server that sends the exact bytes of each request on a connection of its own. */
export class RawHttpClient {
  readonly #url: URL;
  readonly #limit: number;
  readonly #options: RawClientOptions;

  /** `limit`: milliseconds to wait for a response. */
  constructor(url: string, limit: number, options: RawClientOptions = {}) {
    this.#url = new URL(url);
    this.#limit = limit;
    this.#options = options;
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
    const lines = Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  }

  /** Sends exact bytes; resolves once a whole response has arrived or the connection has ended. */
  async send(text: string): Promise<Reply> {
    const isHead = text.startsWith("HEAD ");
    const { received, together, end, error } = await this.converse(text, (all) =>
      isWhole(all, isHead),
    );
    // After HEAD no body has arrived, which is what the wait was for.
    const reply = end === "late" && !isHead ? undefined : replyOf(received, together);
    if (reply !== undefined && end !== "too long") return reply;
    const [line = ""] = text.split("\r\n", 1);
    const what = JSON.stringify(line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line);
    const failure = {
      complete: "it was no HTTP response",
      closed: error ?? "the connection was closed",
      late: `none was complete within ${this.#limit} ms`,
      "too long": `it was longer than ${MAX_BYTES} bytes`,
    }[end];
    throw new Error(`${what} received no response: ${failure}.`);
  }

  /**
   * Sends exact bytes on a connection, and reads until `isComplete`, until the server closes it, or for `limit`
   * milliseconds. Never rejects.
   */
  converse(
    text: string,
    isComplete: (received: string) => boolean,
    limit = this.#limit,
  ): Promise<Conversation> {
    return new Promise((resolve) => {
      const socket = this.#connect();
      let received = "";
      let together = true;
      let error: string | undefined;
      let lastByte = performance.now();
      const finish = (end: Conversation["end"]) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ received, together, end, error, quiet: performance.now() - lastByte });
      };
      const timer = setTimeout(finish, limit, "late");
      socket.on("data", (chunk) => {
        lastByte = performance.now();
        received += chunk.toString("latin1");
        if (isHeadAlone(received)) together = false;
        if (isComplete(received)) finish("complete");
        else if (received.length > MAX_BYTES) finish("too long");
      });
      socket.on("error", ({ message }) => {
        error = message;
      });
      socket.on("close", () => finish("closed"));
      socket.write(text);
    });
  }

  #connect(): Socket {
    const { hostname, protocol } = this.#url;
    const secure = protocol === "https:";
    const port = Number(this.#url.port || (secure ? 443 : 80));
    const name = hostname.replace(/^\[|\]$/g, "");
    const { address = name, alpn } = this.#options;
    if (!secure) return connect(port, address);
    return connectTls({
      port,
      host: address,
      rejectUnauthorized: false,
      // Without a name, a server of several certificates ends the handshake.
      ...(isIP(name) === 0 && { servername: name }),
      ...(alpn !== undefined && { ALPNProtocols: [...alpn] }),
    });
  }
}
