import type { ConnectionLimits } from "../internal/connection-limiter.ts";

/** The maximum that clients of a gRPC health server may take. Times are milliseconds. */
export interface GrpcLimits extends ConnectionLimits {
  /** Bytes of a request message, whose longest part is the name of a service. */
  readonly messageLength: number;
  /** Bytes of the header fields of a request, each counted with 32 more (RFC 9113, section 6.5.2). */
  readonly headerListSize: number;
  /** Header fields of a request. */
  readonly headerPairs: number;
  /** The time until a request has come whole. */
  readonly requestTimeout: number;
  /** The time until a client has read its response. */
  readonly unreadTimeout: number;
  /** The time for a TLS handshake. */
  readonly handshakeTimeout: number;
  /** The time between two PINGs of a connection, in which its client has to acknowledge one. */
  readonly pingPace: number;
  /** The time that clients have to read the ends of their calls when the server closes. */
  readonly closeTimeout: number;
}

/** Generous to every client of the protocol, and small enough for the memory of the probe thread. */
export const GRPC_LIMITS: GrpcLimits = {
  connections: 256,
  // No fewer than 100 (RFC 9113, section 6.5.2). A client waits for room without an error.
  requestsPerConnection: 128,
  // A kubelet has one at a time. A client with a Watch has one for each channel.
  requests: 2048,
  messageLength: 4096,
  headerListSize: 8192,
  headerPairs: 64,
  requestTimeout: 10_000,
  unreadTimeout: 10_000,
  handshakeTimeout: 5000,
  pingPace: 10_000,
  closeTimeout: 250,
};
