import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from "node:http2";
import { frameOf } from "../../src/grpc/frames.ts";
import { encodeCheckRequest } from "../../src/grpc/messages.ts";

/** What came of a call that was written by hand. */
export interface RawReply {
  /** The HTTP status; `undefined` where the stream was reset before one came. */
  readonly http: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** The gRPC status, of the trailers or of the one head. */
  readonly status: string | undefined;
  readonly details: string | undefined;
  readonly body: Buffer;
  /** The code that the stream was closed with. */
  readonly reset: number;
}

/** The head of a call of Check. */
export const CHECK_HEAD: OutgoingHttpHeaders = {
  ":method": "POST",
  ":path": "/grpc.health.v1.Health/Check",
  "content-type": "application/grpc",
  te: "trailers",
};

/** The framed request about a service. */
export function requestAbout(service: string): Buffer {
  return Buffer.from(frameOf(encodeCheckRequest(service)));
}

/** Opens a session without TLS, to write calls by hand on. */
export async function openSession(port: number): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  await once(session, "connect");
  return session;
}

/** Reads what comes of a stream until it is closed. */
export function replyOf(stream: ClientHttp2Stream): Promise<RawReply> {
  const chunks: Buffer[] = [];
  let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on("response", (received) => {
    headers = received;
  });
  stream.on("trailers", (received) => {
    trailers = received;
  });
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("error", () => {});
  return new Promise((resolve) => {
    stream.on("close", () => {
      const ends = { ...headers, ...trailers };
      resolve({
        http: headers[":status"],
        headers,
        status: ends["grpc-status"] as string | undefined,
        details: ends["grpc-message"] as string | undefined,
        body: Buffer.concat(chunks),
        reset: stream.rstCode,
      });
    });
  });
}

/** Makes one call by hand; `end` false leaves the client's side open. */
export function callRaw(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Uint8Array = requestAbout(""),
  { end = true }: { readonly end?: boolean } = {},
): Promise<RawReply> {
  const stream = session.request({ ...CHECK_HEAD, ...headers });
  const reply = replyOf(stream);
  stream.write(body);
  if (end) stream.end();
  return reply;
}
