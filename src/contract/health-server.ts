/** The address of a gRPC health server. */
export interface GrpcAddress {
  /** The URL at which it listens, with a slash at the end; its scheme is `grpcs:` with TLS. */
  readonly url: string;
  readonly port: number;
}

/** A server of probes that listens. */
export interface HealthServer {
  /**
   * The URL at which it listens, with a slash at the end; its scheme is `tcp:` for HAProxy's agent, and that of
   * gRPC where `listen()` opens no other port.
   */
  readonly url: string;
  readonly port: number;
  /** The address for gRPC, where `listen()` was given one. */
  readonly grpc?: GrpcAddress;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}
