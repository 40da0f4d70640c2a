import { hasMethods } from "../../../contract/options.ts";
import { messageOf } from "../common/refusals.ts";
import { replaceMethod } from "./replace-method.ts";

/** The error of a client of `ioredis` that finds none of the servers which could tell it where to connect. */
export class SearchFailure extends Error {}

/** A connection by which a client looks for servers. */
export interface SearchConnection {
  on(event: string | symbol, listener: (error?: unknown) => void): unknown;
}

interface Cluster {
  nodes(): readonly ClusterNode[];
  on(event: "+node" | "-node", listener: (node: ClusterNode) => void): unknown;
  off(event: "+node" | "-node", listener: (node: ClusterNode) => void): unknown;
}

interface ClusterNode {
  duplicate(...parameters: unknown[]): SearchConnection;
}

interface SentinelConnector {
  connectToSentinel(...parameters: unknown[]): SearchConnection;
}

/**
 * Observes the connections by which a client of `ioredis` looks for the nodes of its cluster, or for its master by
 * way of Sentinel. The client keeps them to itself, and their errors too. Returns what stops it.
 */
export function observeSearch(
  client: object,
  found: (connection: SearchConnection) => void,
): () => void {
  const { connector } = client as { readonly connector?: SentinelConnector };
  if (connector !== undefined && hasMethods(connector, ["connectToSentinel"])) {
    return replaceMethod(connector, "connectToSentinel", (connect: () => SearchConnection) => {
      const connection = connect();
      found(connection);
      return connection;
    });
  }
  return hasMethods(client, ["nodes", "on", "off"])
    ? observeNodes(client as Cluster, found)
    : () => {};
}

function observeNodes(cluster: Cluster, found: (connection: SearchConnection) => void): () => void {
  const restores = new Map<ClusterNode, () => void>();
  const observe = (node: ClusterNode) => {
    if (!hasMethods(node, ["duplicate"])) return;
    const restore = replaceMethod(node, "duplicate", (duplicate: () => SearchConnection) => {
      const connection = duplicate();
      found(connection);
      return connection;
    });
    restores.set(node, restore);
  };
  const forget = (node: ClusterNode) => {
    restores.get(node)?.();
    restores.delete(node);
  };
  cluster.nodes().forEach(observe);
  cluster.on("+node", observe);
  cluster.on("-node", forget);
  return () => {
    cluster.off("+node", observe);
    cluster.off("-node", forget);
    [...restores.keys()].forEach(forget);
  };
}

/**
 * The failure that an error of a client stands for; `undefined` where it is no error of a search. `behind` is the
 * last error of a connection by which it looked.
 */
export function searchFailure(error: unknown, behind: unknown): SearchFailure | undefined {
  const [message] = /^(?:All sentinels are unreachable|Failed to refresh slots cache)/.exec(
    messageOf(error),
  ) ?? [undefined];
  if (message === undefined) return undefined;
  const { lastNodeError } = error as { readonly lastNodeError?: unknown };
  // What a command was told of a connection that has failed is not why it has.
  const isTelling =
    lastNodeError !== undefined &&
    !/^(?:Connection is closed|NOAUTH)/.test(messageOf(lastNodeError));
  const cause = isTelling ? lastNodeError : (behind ?? lastNodeError);
  return new SearchFailure(`${message}.`, { cause });
}
