import type { HealthServer } from "../contract/health-server.ts";
import { hasMethods, type Rule, requireOption } from "../contract/options.ts";
import { isOfOtherRuntime, type NodeServer, SERVER } from "../node-http/node-server.ts";
import type { WebSocketServerLike } from "./connections/web-sockets.ts";
import type { NamedHook } from "./hooks.ts";

/** A Socket.IO or engine.io server. */
export interface SocketIoServer {
  attach(...values: never[]): unknown;
  close(...values: never[]): unknown;
}

/** A server that a shutdown can close. */
export type ClosableServer =
  | NodeServer
  | WebSocketServerLike
  | SocketIoServer
  /** The return value of `useServer()` of graphql-ws. */
  | { dispose(): unknown }
  | HealthServer
  /** A Fastify app. */
  | { readonly server: NodeServer; close?(): unknown }
  /** A Nest app. */
  | { getHttpServer(): unknown; close?(): unknown }
  /** A Nest microservice, or a Nest application context. */
  | NestContext;

/** A Nest application without an HTTP server, by the methods that every one has. */
export interface NestContext {
  init(): unknown;
  select(...values: never[]): unknown;
  close(): unknown;
}

/**
 * An app that has more to close than its server.
 *
 * @internal
 */
export interface ClosableApp extends NamedHook {
  /** Its server; `undefined` for a Nest microservice or context. */
  readonly server: NodeServer | undefined;
}

/**
 * The servers to close, by the way to close them.
 *
 * @internal
 */
export interface SortedServers {
  readonly servers: readonly NodeServer[];
  readonly webSocketServers: readonly WebSocketServerLike[];
  /** Servers of sockets that close their clients themselves, once the ports are closed. */
  readonly socketServers: readonly NamedHook[];
  /** Apps, which are closed once their server is. */
  readonly apps: readonly ClosableApp[];
  /** Whether one of the apps takes messages at a port or from a broker, as a Nest microservice does. */
  readonly hasMicroservices: boolean;
  readonly healthServers: readonly HealthServer[];
}

/**
 * Sorts what a shutdown is to close; each is there once.
 *
 * @throws `HALE_BAD_OPTION`
 *
 * @internal
 */
export function sortServers(owner: string, given: readonly ClosableServer[]): SortedServers {
  const servers = new Set<NodeServer>();
  const webSocketServers = new Set<WebSocketServerLike>();
  const healthServers = new Set<HealthServer>();
  const socketServers: NamedHook[] = [];
  const apps: ClosableApp[] = [];
  let hasMicroservices = false;
  [...new Set(given)].forEach((one, index) => {
    requireOption(owner, `servers[${index}]`, one, CLOSABLE);
    const server = nodeServerOf(one);
    if (server !== undefined) {
      servers.add(server);
      if (server !== one && hasMethods(one, ["close"]))
        apps.push({ ...hookOf(one, "close"), server });
    } else if (isWebSocketServer(one)) webSocketServers.add(one);
    else if (hasMethods(one, ["attach", "close"])) socketServers.push(hookOf(one, "close"));
    else if (isHealthServer(one)) healthServers.add(one);
    else if (isNestContext(one)) {
      apps.push({ ...hookOf(one, "close"), server });
      hasMicroservices ||= hasMethods(one, ["listen"]);
    } else socketServers.push(hookOf(one, "dispose"));
  });
  return {
    servers: [...servers],
    webSocketServers: [...webSocketServers],
    socketServers,
    apps,
    hasMicroservices,
    healthServers: [...healthServers],
  };
}

function hookOf(one: object, method: "close" | "dispose"): NamedHook {
  const maker: unknown = Object.getPrototypeOf(one)?.constructor?.name;
  const name = typeof maker === "string" && maker !== "Object" ? maker : "app";
  return { name, hook: () => (one as Record<string, () => unknown>)[method]?.() };
}

const CLOSABLE: Rule = {
  expected:
    "a server of node:http, node:https or node:http2, a Fastify or Nest app, a Nest microservice or application context, a WebSocketServer, a Socket.IO or engine.io server, what useServer() of graphql-ws returned, or what listen() or listenHaproxyAgent() resolved to",
  accepts: (value) =>
    nodeServerOf(value) !== undefined ||
    isWebSocketServer(value) ||
    hasMethods(value, ["attach", "close"]) ||
    hasMethods(value, ["dispose"]) ||
    isHealthServer(value) ||
    isNestContext(value),
  hint(value) {
    const { server } = (value ?? {}) as { server?: unknown };
    if (isOfOtherRuntime(value) || isOfOtherRuntime(server)) return OTHER_RUNTIME;
    // The application of Express or Koa; a server of another kind has an address.
    return hasMethods(value, ["listen"]) && !hasMethods(value, ["address"])
      ? "Give it what app.listen() returns."
      : undefined;
  },
};

const OTHER_RUNTIME =
  "This is what Bun.serve() or Deno.serve() returns. gracefulShutdown() is for servers of Node: on SIGTERM call health.drain(), wait 10 s for the load balancer, then for server.stop() on Bun or server.shutdown() on Deno, 10 s at most, call health.close(), and exit.";

function nodeServerOf(value: unknown): NodeServer | undefined {
  if (SERVER.accepts(value)) return value as NodeServer;
  if (hasMethods(value, ["getHttpServer"])) {
    return nodeServerOf((value as { getHttpServer(): unknown }).getHttpServer());
  }
  const { server } = (value ?? {}) as { server?: unknown };
  return SERVER.accepts(server) ? (server as NodeServer) : undefined;
}

function isWebSocketServer(value: unknown): value is WebSocketServerLike {
  // engine.io keeps its clients otherwise, and closes them itself.
  const { clients } = (value ?? {}) as { clients?: object };
  const iterable = clients === undefined || Symbol.iterator in clients;
  return iterable && hasMethods(value, ["handleUpgrade", "close"]);
}

function isHealthServer(value: unknown): value is HealthServer {
  return (
    hasMethods(value, ["close"]) && typeof (value as { readonly url?: unknown }).url === "string"
  );
}

/** Whether a value is a Nest microservice or context; an HTTP app whose server is missing is neither. */
function isNestContext(value: unknown): value is NestContext {
  return hasMethods(value, ["init", "select", "close"]) && !hasMethods(value, ["getHttpServer"]);
}

/** Whether anything that listens is among them. */
export function hasServers(sorted: SortedServers): boolean {
  const { servers, webSocketServers, socketServers, hasMicroservices } = sorted;
  return hasMicroservices || servers.length + webSocketServers.length + socketServers.length > 0;
}
