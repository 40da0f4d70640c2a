import type { Outcome, Run } from "../../../contract/check.ts";
import { notConnected, unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { type QueryTarget, queryAll } from "../common/query-all.ts";
import { type ConnectionUse, connectionUse } from "./connection-use.ts";
import { lastErrorOf } from "./last-error.ts";
import type { RedisClient } from "./redis-client.ts";
import { askConfig, askRole } from "./redis-command.ts";
import {
  fieldOf,
  type Node,
  type NodeQuery,
  type NodeReplies,
  observe,
  outcomeOfNodes,
  queryNode,
  requireNotQueued,
} from "./redis-node.ts";
import { isRefusedByName } from "./redis-refusals.ts";
import { requireConnection } from "./redis-single.ts";
import { whenFree } from "./when-free.ts";

/** The client of a whole cluster, of `ioredis` and its kin or of `redis`. */
export type RedisCluster = RedisClient & (NodesOfIoRedis | MastersOfRedis);

interface NodesOfIoRedis {
  nodes(role: "master"): readonly IoRedisNode[];
}

interface IoRedisNode {
  readonly options: { readonly host?: string; readonly port?: number };
  cluster(subcommand: "INFO"): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
}

interface MastersOfRedis {
  readonly masters: readonly RedisMaster[];
  nodeClient(master: RedisMaster): RedisNode | PromiseLike<RedisNode>;
}

interface RedisMaster {
  readonly address: string;
}

interface RedisNode {
  clusterInfo(): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
}

/** Whether a client is that of a cluster. */
export function isRedisCluster(client: RedisClient): client is RedisCluster {
  return hasMethods(client, ["nodes"]) || hasMethods(client, ["nodeClient"]);
}

interface Master {
  readonly address: string;
  /** The client's connection to it; some are opened by being asked for. */
  connection(): object | PromiseLike<object>;
  /** Its commands over a connection. */
  over(connection: object): Node;
}

/**
 * Queries every master that the client knows of, each over its own connection and at the same time, and
 * decides by those that have replied when all have, or when the run is aborted. One whose connection the service
 * keeps busy is not asked.
 */
export function queryCluster(
  client: RedisCluster,
  query: NodeQuery,
): { readonly run: Run; readonly close: () => void } {
  const last = lastErrorOf(client);
  const asking = new WeakMap<object, () => Promise<NodeReplies>>();
  const uses = new Map<object, ConnectionUse | undefined>();
  const discover = oneAtATime(() => promised(client.ping()));

  /** The target that a master is; `current` gets the connection to it. */
  function targetOf(
    { address, connection, over }: Master,
    signal: AbortSignal,
    current: Set<object>,
  ): QueryTarget<NodeReplies> {
    let use: ConnectionUse | undefined;
    const busy = (command: string) => ({
      notAsked: `${address}: busy with ${command}, so it was not asked`,
    });
    return {
      address,
      async ask() {
        const own = await connection();
        // The health may be closed by then, and would observe it for good.
        signal.throwIfAborted();
        current.add(own);
        if (!uses.has(own)) uses.set(own, connectionUse(own));
        use = uses.get(own);
        const ask = asking.get(own) ?? oneAtATime(() => queryNode(over(own), query, uses.get(own)));
        asking.set(own, ask);
        const { reply, busyWith } = await whenFree(use, signal, (instead) =>
          instead === undefined ? ask() : queryNode(over(instead), query),
        );
        return busyWith === undefined ? reply : busy(busyWith);
      },
      unanswered: () => (use?.busyWith === undefined ? undefined : busy(use.busyWith)),
    };
  }

  /** Stops observing connections but those that are named. */
  function forgetOthers(current: ReadonlySet<object>): void {
    for (const [connection, use] of uses) {
      if (current.has(connection)) continue;
      use?.close();
      uses.delete(connection);
    }
  }

  const run: Run = async ({ signal }) => {
    requireConnection(client, last.error);
    // The cluster of redis 4 has no such command, and has its nodes once it is connected.
    if (!hasNodes(client) && hasMethods(client, ["ping"])) await discover();
    const masters = mastersOf(client);
    if (masters.length === 0) throw notConnected("without a master");
    const current = new Set<object>();
    const { status, code, replies, missing } = await queryAll(
      masters.map((master) => targetOf(master, signal, current)),
      signal,
    );
    forgetOthers(current);
    const notAsked = replies.flatMap((reply) => reply.notAsked ?? []);
    const serving = replies.length - notAsked.length;
    // A client forgets a master whose connection has ended; those that are left still count it.
    const total = Math.max(masters.length, ...replies.map(({ clusterSize = 0 }) => clusterSize));
    if (total > masters.length) lookAgain(client);
    const outcome = outcomeOfNodes(replies, query);
    const observations = {
      masters: { value: total, unit: "nodes" },
      servingMasters: { value: serving, unit: "nodes" },
      ...observe(replies),
    };
    if (serving === total) return { ...outcome, observations };
    const reason = [`${serving} of ${total} masters serve`, ...notAsked, ...missing].join("; ");
    const advice =
      notAsked.length > 0 ? "Give the check another client of that cluster." : undefined;
    const isBusy = notAsked.length > 0 && missing.length === 0;
    return {
      status: outcome.status === "down" ? "down" : status === "up" ? "degraded" : status,
      code: isBusy ? "HALE_CONNECTION_BUSY" : code,
      reason: [`${reason}.`, advice, outcome.reason].filter(Boolean).join(" "),
      observations,
    } satisfies Outcome;
  };
  const close = () => {
    last.close();
    forgetOthers(new Set());
  };
  return { run, close };
}

/**
 * Whether a client has its list of nodes; until then `ioredis` knows those alone that it was given. It
 * keeps a command meanwhile, and `redis` says why it has none.
 */
function hasNodes(client: RedisCluster): boolean {
  return mastersOf(client).length > 0 && (client.status ?? "ready") === "ready";
}

/** `ioredis` looks for the nodes again when a command of the service has gone astray; here it does before. */
function lookAgain(client: object): void {
  if (hasMethods(client, ["refreshSlotsCache"])) {
    (client as { refreshSlotsCache(): void }).refreshSlotsCache();
  }
}

function mastersOf(client: RedisCluster): readonly Master[] {
  if (hasMethods(client, ["nodes"])) {
    return (client as NodesOfIoRedis).nodes("master").map((node) => ({
      address: `${node.options.host}:${node.options.port}`,
      connection: () => node,
      over: (connection) => overIoRedis(connection as IoRedisNode),
    }));
  }
  const { masters } = client as MastersOfRedis;
  return masters.map((master) => ({
    address: master.address,
    connection: () => (client as MastersOfRedis).nodeClient(master),
    over: (connection) => overRedis(connection as RedisNode),
  }));
}

function overIoRedis(node: IoRedisNode): Node {
  return {
    serves: () => servingBy(() => node.cluster("INFO")),
    role: () => askRole(node),
    info: (section) => node.info(section),
    config: (name) => askConfig(node, name),
  };
}

function overRedis(node: RedisNode): Node {
  return {
    serves: () => servingBy(() => node.clusterInfo()),
    role: () => askRole(node),
    info: (section) => node.info(section),
    config: (name) => askConfig(node, name),
  };
}

/**
 * A node that has lost sight of a part of the slots refuses every key, unless it may serve the rest. One that
 * refuses the command to the user serves.
 */
async function servingBy(
  ask: () => PromiseLike<unknown>,
): Promise<Pick<NodeReplies, "clusterSize">> {
  let info: string;
  try {
    info = String(await promised(ask()));
  } catch (failure) {
    if (isRefusedByName(failure)) return {};
    throw failure;
  }
  requireNotQueued(info);
  const state = fieldOf(info, "cluster_state");
  if (state !== "ok") throw unexpectedReply("cluster_state:ok", state);
  return { clusterSize: Number(fieldOf(info, "cluster_size") ?? 0) };
}
