import type { Outcome, Run } from "../../../contract/check.ts";
import { notConnected, unexpectedReply } from "../../../contract/check-failures.ts";
import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { type QueryTarget, queryAll } from "../common/query-all.ts";
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
} from "./redis-node.ts";
import { isRefusedByName } from "./redis-refusals.ts";
import { requireConnection } from "./redis-single.ts";

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

interface Master extends Node {
  readonly address: string;
  /** A value that stays the same as long as the client talks to this node. */
  readonly identity: object;
}

/**
 * Queries every master that the client knows of, each over its own connection and at the same time, and
 * decides by those that have replied when all have, or when the run is aborted.
 */
export function queryCluster(
  client: RedisCluster,
  query: NodeQuery,
): { readonly run: Run; readonly close: () => void } {
  const last = lastErrorOf(client);
  const asking = new WeakMap<object, () => Promise<NodeReplies>>();
  const discover = oneAtATime(() => promised(client.ping()));

  function targetOf(master: Master): QueryTarget<NodeReplies> {
    const ask = asking.get(master.identity) ?? oneAtATime(() => queryNode(master, query));
    asking.set(master.identity, ask);
    return { address: master.address, ask };
  }

  const run: Run = async ({ signal }) => {
    requireConnection(client, last.error);
    // The cluster of redis 4 has no such command, and has its nodes once it is connected.
    if (!hasNodes(client) && hasMethods(client, ["ping"])) await discover();
    const masters = mastersOf(client);
    if (masters.length === 0) throw notConnected("without a master");
    const { status, code, replies, missing } = await queryAll(masters.map(targetOf), signal);
    // A client forgets a master whose connection has ended; those that are left still count it.
    const total = Math.max(masters.length, ...replies.map(({ clusterSize = 0 }) => clusterSize));
    if (total > masters.length) lookAgain(client);
    const outcome = outcomeOfNodes(replies, query);
    const observations = {
      masters: { value: total, unit: "nodes" },
      servingMasters: { value: replies.length, unit: "nodes" },
      ...observe(replies),
    };
    if (replies.length === total) return { ...outcome, observations };
    const reason = [`${replies.length} of ${total} masters serve`, ...missing].join("; ");
    return {
      status: outcome.status === "down" ? "down" : status === "up" ? "degraded" : status,
      code,
      reason: [`${reason}.`, outcome.reason].filter(Boolean).join(" "),
      observations,
    } satisfies Outcome;
  };
  return { run, close: () => last.close() };
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
      identity: node,
      serves: () => servingBy(() => node.cluster("INFO")),
      role: () => askRole(node),
      info: (section) => node.info(section),
      config: (name) => askConfig(node, name),
    }));
  }
  const { masters } = client as MastersOfRedis;
  return masters.map((master) => {
    const node = async () => (client as MastersOfRedis).nodeClient(master);
    return {
      address: master.address,
      identity: master,
      serves: () => servingBy(async () => (await node()).clusterInfo()),
      role: async () => askRole(await node()),
      info: async (section) => (await node()).info(section),
      config: async (name) => askConfig(await node(), name),
    };
  });
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
  const state = fieldOf(info, "cluster_state");
  if (state !== "ok") throw unexpectedReply("cluster_state:ok", state);
  return { clusterSize: Number(fieldOf(info, "cluster_size") ?? 0) };
}
