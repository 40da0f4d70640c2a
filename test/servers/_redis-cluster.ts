import { Redis } from "ioredis";
import type { RunningServer } from "./_running-server.ts";
import { until } from "./_until.ts";
import { type RedisServerOptions, redis } from "./redis.ts";

const MASTERS = 3;
const SLOTS = 16_384;

/** A cluster of three masters, which tests pause, kill and restart as one. */
export interface RedisCluster
  extends Pick<RunningServer, "url" | "port" | "pause" | "resume" | "kill" | "restart" | "stop"> {
  /** The masters one by one; the url of the cluster is that of the first. */
  readonly nodes: readonly RunningServer[];
}

/** Starts Redis in cluster mode, without replicas, and resolves once every node serves. */
export async function startRedisCluster(
  options: Partial<RedisServerOptions> = {},
): Promise<RedisCluster> {
  const settings = { "cluster-node-timeout": "2000", ...options.settings };
  const nodes = await Promise.all(
    Array.from({ length: MASTERS }, () => redis.start({ ...options, cluster: true, settings })),
  );
  const all = (act: (node: RunningServer) => Promise<void>) => async () => {
    await Promise.all(nodes.map(act));
  };
  const [first] = nodes as [RunningServer];
  const stop = all((node) => node.stop());
  try {
    await meet(nodes);
    await serving(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    nodes,
    url: first.url,
    port: first.port,
    pause: all((node) => node.pause()),
    resume: all((node) => node.resume()),
    kill: all((node) => node.kill()),
    async restart() {
      await all((node) => node.restart())();
      await serving(nodes);
    },
    stop,
  };
}

/** Gives each node its share of the slots, and makes all known to each other. */
async function meet(nodes: readonly RunningServer[]): Promise<void> {
  const [first] = nodes as [RunningServer];
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, node] of nodes.entries()) {
    await asking(node, async (client) => {
      const last = Math.min((index + 1) * share, SLOTS) - 1;
      await client.call("CLUSTER", "ADDSLOTSRANGE", index * share, last);
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      if (node !== first)
        await client.call("CLUSTER", "MEET", first.host, first.port, first.port + 1);
    });
  }
}

/** Waits until every node knows that all slots are served. */
async function serving(nodes: readonly RunningServer[]): Promise<void> {
  for (const node of nodes) {
    await asking(node, (client) =>
      until("the cluster to serve", async () => {
        const info = String(await client.cluster("INFO"));
        return info.includes("cluster_state:ok") && info.includes(`cluster_size:${nodes.length}`);
      }),
    );
  }
}

async function asking(node: RunningServer, ask: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(node.url);
  client.on("error", () => {});
  try {
    await ask(client);
  } finally {
    client.disconnect();
  }
}
