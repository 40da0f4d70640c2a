/** The limits of one client of a server that serves probes and nothing else. Times are milliseconds. */
export interface ServerLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly keepAliveTimeout: number;
  readonly maxHeaderSize: number;
  /** Header fields of a request that are kept; Node drops the others. */
  readonly maxHeadersCount: number;
  /** Connections that are open at the same time. */
  readonly connections: number;
  /** Requests of one connection that are under way: sent, and their answers not yet taken. */
  readonly requestsPerConnection: number;
  /** Requests of all connections that are under way. */
  readonly requests: number;
  /** For how long a client may take nothing of an answer that was written. */
  readonly unreadTimeout: number;
}

/** Generous to every prober, and little enough for the memory of the probe thread. */
export const LIMITS: ServerLimits = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  // Longer than the interval of nearly every prober: a connection that ends just when the next probe
  // is sent on it looks like a service that is down.
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  maxHeadersCount: 100,
  connections: 512,
  requestsPerConnection: 16,
  // Twice the connections: whenever it is reached, some connection has two requests or more under way,
  // and ends in place of a prober's, which has one.
  requests: 1024,
  unreadTimeout: 10_000,
};

/** The share of the descriptors of the process that a server takes at most: one in so many. */
const SHARE = 4;

/** Connections that a server keeps however few descriptors there are. */
const MIN_CONNECTIONS = 4;

/**
 * Connections that a server may keep open: `most`, or a quarter of the descriptors that the process may
 * open, since the service needs the others. `descriptors` is `undefined` where there is no limit.
 */
export function connectionsWithin(descriptors: number | undefined, most: number): number {
  if (descriptors === undefined) return most;
  return Math.min(most, Math.max(MIN_CONNECTIONS, Math.floor(descriptors / SHARE)));
}
