import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  SecureServerOptions,
  ServerHttp2Session,
  ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Clock } from "../../engine/clock.ts";
import { ConnectionLimiter } from "../internal/connection-limiter.ts";
import { descriptorLimit } from "../internal/descriptor-limit.ts";
import { type GrpcListenAddress, secureContextOf } from "../internal/grpc-options.ts";
import type { ListenAddress } from "../internal/listen-address.ts";
import { BACKLOG, type RunningServer } from "../internal/probe-server.ts";
import { connectionsWithin } from "../internal/server-limits.ts";
import { TurnQueue } from "../internal/turn-queue.ts";
import { GRPC_LIMITS, type GrpcLimits } from "./grpc-limits.ts";
import { type CallContext, handleCall } from "./handle-call.ts";
import { SessionPings } from "./session-pings.ts";

/** The dependencies of a gRPC health server. */
export interface GrpcServerParts extends Pick<CallContext, "service" | "watches"> {
  readonly clock: Pick<Clock, "after" | "nextTurn">;
  readonly address: GrpcListenAddress;
}

/** Milliseconds between two calls of a connection after which the later one waits for no others. */
const QUIET = 100;

/** Calls that a turn of the event loop handles of all but those of quiet connections. */
const CALLS_PER_TURN = 16;

/**
 * The timers, one after the other, in which connections are left to close. The event loop turns between two, so that a
 * process that got no processor for a while still sends how its calls ended.
 */
const CLOSE_STEPS = 5;

/** ENHANCE_YOUR_CALM (RFC 9113, section 7). */
const ENHANCE_YOUR_CALM = 11;

/**
 * Serves grpc.health.v1 over HTTP/2, without TLS unless certificates are given. Rejects with the error of the
 * system when the port is not available.
 */
export async function openGrpcServer(
  parts: GrpcServerParts,
  limits: GrpcLimits = GRPC_LIMITS,
): Promise<RunningServer> {
  const { address, watches, clock } = parts;
  const { createServer, createSecureServer } = await import("node:http2");
  const options = optionsOf(limits);
  const server =
    address.tls === undefined
      ? createServer(options)
      : createSecureServer({ ...options, ...secureContextOf(address.tls) });
  const connections = new ConnectionLimiter({
    ...limits,
    connections: connectionsWithin(descriptorLimit(), limits.connections),
  });
  const clients = new Clients(connections);
  const queue = new TurnQueue({ costPerTurn: CALLS_PER_TURN, maxWaiting: limits.requests });
  const sessions = new Set<ServerHttp2Session>();
  const pings = new SessionPings(clock, limits.pingPace);

  // Before the listener of the server itself, which may open the session in the same turn.
  server.prependListener("connection", (socket: Socket) => clients.add(socket));
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    destroyAfterRead(session);
    pings.add(session);
    session.once("close", () => {
      sessions.delete(session);
      pings.remove(session);
    });
    const client = clients.of(session);
    session.on("stream", (stream, headers) => streamCame(stream, headers, client));
  });
  // What a client breaks ends its stream or session, and is no error of the service.
  server.on("sessionError", () => {});
  server.on("tlsClientError", () => {});

  function streamCame(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    client: Client | undefined,
  ): void {
    stream.on("error", () => {});
    if (client === undefined) return void stream.session?.destroy();
    connections.begin(client.socket);
    stream.once("close", () => connections.end(client.socket));
    const { remoteAddress } = client;
    const handle = () => {
      if (!stream.destroyed) void handleCall(stream, headers, { ...parts, limits, remoteAddress });
    };
    if (isQuiet(client) || queue.takesNow(1)) handle();
    else if (!queue.add(1, handle)) stream.close(ENHANCE_YOUR_CALM);
  }

  /** Whether a call is the only one of its connection, as a prober's is. */
  function isQuiet(client: Client): boolean {
    const now = performance.now();
    const quiet = now - client.calledAt >= QUIET;
    client.calledAt = now;
    return quiet && connections.room(client.socket) === limits.requestsPerConnection - 1;
  }

  await listenAt(server, address);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      watches.endAll();
      for (const session of sessions) session.close();
      let cancel = () => {};
      const endLater = (steps: number) => {
        if (steps === 0) return connections.endAll();
        cancel = clock.after(limits.closeTimeout / CLOSE_STEPS, () => endLater(steps - 1));
      };
      endLater(CLOSE_STEPS);
      await closed;
      cancel();
    },
  };
}

/**
 * Makes Node 22 destroy a session whose client has sent a GOAWAY with an error once it has parsed what it has read: it aborts
 * the process when a call follows in the same segment, since nothing receives its data any more. Others do not.
 */
function destroyAfterRead(session: ServerHttp2Session): void {
  if (!process.versions.node.startsWith("22.")) return;
  const destroy = session.destroy.bind(session);
  session.destroy = (error, code) => {
    const { code: kind } = (error ?? {}) as { readonly code?: string };
    if (kind === "ERR_HTTP2_SESSION_ERROR") setImmediate(destroy, error, code);
    else destroy(error, code);
  };
}

function optionsOf(limits: GrpcLimits): SecureServerOptions {
  return {
    settings: {
      enablePush: false,
      maxConcurrentStreams: limits.requestsPerConnection,
      maxHeaderListSize: limits.headerListSize,
      initialWindowSize: 4 * limits.messageLength,
    },
    maxHeaderListPairs: limits.headerPairs,
    handshakeTimeout: limits.handshakeTimeout,
    // In MiB: the streams that are permitted take a quarter of one.
    maxSessionMemory: 1,
    maxSessionInvalidFrames: 16,
    // net.Server takes this, which the types of http2 lack.
    ...{ noDelay: true },
  };
}

async function listenAt(
  server: Http2Server | Http2SecureServer,
  { port, host }: ListenAddress,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // It stays: a connection that cannot be accepted later must not end the process.
    server.on("error", reject);
    const address = { port, ...(host !== undefined && { host }) };
    server.listen({ ...address, exclusive: true, backlog: BACKLOG }, resolve);
  });
}

/** A connection with a session on it. */
interface Client {
  readonly socket: Socket;
  readonly remoteAddress: string | undefined;
  /** The moment of its last call. */
  calledAt: number;
}

/** Finds the connection below a session, which does not give it; with TLS it is not the session's own socket. */
class Clients {
  readonly #connections: ConnectionLimiter;
  readonly #sockets = new Map<string, Socket>();

  constructor(connections: ConnectionLimiter) {
    this.#connections = connections;
  }

  add(socket: Socket): void {
    this.#connections.add(socket);
    const peer = peerOf(socket);
    this.#sockets.set(peer, socket);
    socket.once("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
  }

  /** `undefined` where the client is gone already. */
  of({ socket }: ServerHttp2Session): Client | undefined {
    const found = this.#sockets.get(peerOf(socket));
    const { remoteAddress } = socket;
    return found && { socket: found, remoteAddress, calledAt: Number.NEGATIVE_INFINITY };
  }
}

/** The address and port of a peer, which no other connection to the same port has at the same time. */
function peerOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">) {
  return `${remoteAddress} ${remotePort}`;
}
