/** A server of probes that listens. */
export interface HealthServer {
  /** The URL at which it listens, with a slash at the end; its scheme is `tcp:` for HAProxy's agent. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}
