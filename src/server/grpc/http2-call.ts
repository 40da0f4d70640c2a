import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { frameOf } from "../../grpc/frames.ts";
import type { GrpcStatus } from "./grpc-status.ts";

const HEAD: OutgoingHttpHeaders = { ":status": 200, "content-type": "application/grpc" };

/** NO_ERROR and CANCEL (RFC 9113, section 7). */
const NO_ERROR = 0;
const CANCEL = 8;

/** The response side of one gRPC call on an HTTP/2 stream. What is written to a call that is over is dropped. */
export class Http2Call {
  readonly #stream: ServerHttp2Stream;
  #finished = false;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  /** Whether the call is over, at either side. */
  get isOver(): boolean {
    return this.#finished || this.#stream.destroyed || this.#stream.closed;
  }

  /** Sends a message, and calls back once the client has room for it. */
  send(message: Uint8Array, sent: () => void = () => {}): void {
    if (this.isOver) return;
    if (!this.#stream.headersSent) this.#stream.respond(HEAD, { waitForTrailers: true });
    this.#stream.write(frameOf(message), (failure) => {
      if (failure == null) sent();
    });
  }

  /** Ends the call, with trailers after its messages, or without a message. */
  finish(status: GrpcStatus, headers: OutgoingHttpHeaders = {}): void {
    if (this.isOver) return;
    this.#finished = true;
    const trailers = trailersOf(status);
    if (this.#stream.headersSent) {
      this.#stream.once("wantTrailers", () => this.#stream.sendTrailers(trailers));
      this.#stream.end();
    } else this.#respondOnly({ ...HEAD, ...headers, ...trailers });
  }

  /** Refuses a request that is not of gRPC, by an HTTP status. */
  refuse(headers: OutgoingHttpHeaders): void {
    if (this.isOver) return;
    this.#finished = true;
    this.#respondOnly(headers);
  }

  /** Ends a call whose client neither sends nor reads in time. */
  abort(): void {
    this.#finished = true;
    this.#stream.close(CANCEL);
  }

  #respondOnly(headers: OutgoingHttpHeaders): void {
    this.#stream.respond(headers, { endStream: true });
    // The rest of the request is not needed (RFC 9113, section 8.1).
    // In the next turn: in the same one, some versions of Node send the reset in place of the response.
    setImmediate(() => {
      if (!this.#stream.readableEnded && !this.#stream.closed) this.#stream.close(NO_ERROR);
    });
  }
}

function trailersOf({ code, details }: GrpcStatus): OutgoingHttpHeaders {
  return { "grpc-status": String(code), ...(details !== "" && { "grpc-message": details }) };
}
