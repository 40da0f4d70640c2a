import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import { HEALTH_SERVICE } from "../../grpc/messages.ts";
import { type GrpcStatus, STATUS } from "./grpc-status.ts";
import { parseTimeout } from "./grpc-timeout.ts";

/** The methods of grpc.health.v1.Health. */
const METHODS = ["Check", "List", "Watch"] as const;

/** A method of grpc.health.v1.Health. */
export type HealthMethod = (typeof METHODS)[number];

/** The head of a call that is to be answered. */
export interface CallHead {
  readonly method: HealthMethod;
  /** Milliseconds that the client waits; `undefined` where it sets no deadline. */
  readonly timeout: number | undefined;
}

/** A head that is refused: with an HTTP status where it is not of gRPC, else with a gRPC status. */
export type RefusedHead =
  | { readonly http: OutgoingHttpHeaders }
  | { readonly status: GrpcStatus; readonly headers?: OutgoingHttpHeaders };

/** Media types of gRPC with messages of Protocol Buffers (gRPC over HTTP/2, "Content-Type"). */
const CONTENT_TYPE = /^application\/grpc(?:\+proto)?(?:;|$)/i;

/** Bytes that each header field counts besides its name and value (RFC 9113, section 6.5.2). */
const FIELD_OVERHEAD = 32;

/** Reads the head of a call (gRPC over HTTP/2, "Requests"); `maxSize` is that of its header fields, in bytes. */
export function readHead(headers: IncomingHttpHeaders, maxSize: number): CallHead | RefusedHead {
  // Node tells clients of the limit, and does not hold them to it.
  if (sizeOf(headers) > maxSize) {
    return refused(STATUS.RESOURCE_EXHAUSTED, `The metadata is longer than ${maxSize} bytes.`);
  }
  if (headers[":method"] !== "POST") return { http: { ":status": 405, allow: "POST" } };
  if (!CONTENT_TYPE.test(headers["content-type"] ?? "")) return { http: { ":status": 415 } };
  const method = METHODS.find((known) => headers[":path"] === `/${HEALTH_SERVICE}/${known}`);
  if (method === undefined) {
    return refused(STATUS.UNIMPLEMENTED, `This server has the methods of ${HEALTH_SERVICE} alone.`);
  }
  const encoding = headers["grpc-encoding"] ?? "identity";
  if (encoding !== "identity") {
    const { status } = refused(STATUS.UNIMPLEMENTED, "No compression is supported.");
    return { status, headers: { "grpc-accept-encoding": "identity" } };
  }
  const given = headers["grpc-timeout"];
  const timeout = typeof given === "string" ? parseTimeout(given) : undefined;
  if (given !== undefined && timeout === undefined) {
    return refused(STATUS.INTERNAL, "The grpc-timeout is malformed.");
  }
  return { method, timeout };
}

function sizeOf(headers: IncomingHttpHeaders): number {
  let size = 0;
  for (const [name, value = ""] of Object.entries(headers)) {
    for (const each of [value].flat()) size += name.length + each.length + FIELD_OVERHEAD;
  }
  return size;
}

function refused(code: number, details: string) {
  return { status: { code, details } };
}
