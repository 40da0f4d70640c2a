import { hasMethods, type Rule, requireOption } from "../contract/options.ts";
import { type NodeServer, SERVER } from "../node-http/node-server.ts";
import type { WebSocketServerLike } from "./connections/web-sockets.ts";

/** What `listen()` or `listenHaproxyAgent()` resolves to. */
export interface HealthServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What a shutdown can close. */
export type ClosableServer =
  | NodeServer
  | WebSocketServerLike
  | HealthServer
  /** An application of Fastify. */
  | { readonly server: NodeServer }
  /** An application of Nest. */
  | { getHttpServer(): unknown };

/** What is to be closed, by how that is done. */
export interface Sorted {
  readonly servers: readonly NodeServer[];
  readonly webSocketServers: readonly WebSocketServerLike[];
  readonly healthServers: readonly HealthServer[];
}

/** Sorts what a shutdown is to close; each is there once. */
export function sortServers(owner: string, served: readonly ClosableServer[]): Sorted {
  const servers = new Set<NodeServer>();
  const webSocketServers = new Set<WebSocketServerLike>();
  const healthServers = new Set<HealthServer>();
  served.forEach((one, index) => {
    requireOption(owner, `servers[${index}]`, one, SERVED);
    const server = nodeServerOf(one);
    if (server !== undefined) servers.add(server);
    else if (isWebSocketServer(one)) webSocketServers.add(one);
    else healthServers.add(one as HealthServer);
  });
  return {
    servers: [...servers],
    webSocketServers: [...webSocketServers],
    healthServers: [...healthServers],
  };
}

const SERVED: Rule = {
  expected:
    "a server of node:http, node:https or node:http2, an application of Fastify or Nest, a WebSocketServer, or what listen() or listenHaproxyAgent() resolved to",
  accepts: (value) =>
    nodeServerOf(value) !== undefined || isWebSocketServer(value) || isHealthServer(value),
};

function nodeServerOf(value: unknown): NodeServer | undefined {
  if (SERVER.accepts(value)) return value as NodeServer;
  if (hasMethods(value, ["getHttpServer"])) {
    return nodeServerOf((value as { getHttpServer(): unknown }).getHttpServer());
  }
  const { server } = (value ?? {}) as { server?: unknown };
  return SERVER.accepts(server) ? (server as NodeServer) : undefined;
}

function isWebSocketServer(value: unknown): value is WebSocketServerLike {
  // Others of this shape keep their clients otherwise, and must be closed in a hook.
  const { clients } = (value ?? {}) as { clients?: object };
  const iterable = clients === undefined || Symbol.iterator in clients;
  return iterable && hasMethods(value, ["handleUpgrade", "close"]);
}

function isHealthServer(value: unknown): value is HealthServer {
  return (
    hasMethods(value, ["close"]) && typeof (value as { readonly url?: unknown }).url === "string"
  );
}
