import type { Check, CheckOptions, Outcome, Run } from "../contract/check.ts";
import { notConnected, unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";

/** The part of a client of node-zookeeper-client that this check calls. */
export interface ZookeeperClient {
  exists(path: string, callback: (error: unknown, stat: unknown) => void): void;
  getState(): { readonly name: string };
}

/** The options of {@link zookeeper}. */
export interface ZookeeperOptions extends CheckOptions {
  /** The client that the service already uses, and has connected. */
  client: ClientSource<ZookeeperClient>;
}

/** The node that every ensemble has for itself. */
const NODE = "/zookeeper";

const READ_ONLY = "CONNECTED_READ_ONLY";

/**
 * Verifies that the node `/zookeeper` exists, over the session that the client has. A session that only
 * reads, since the server has lost the others, is degraded. At most one such request waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createClient } from "node-zookeeper-client";
 * import { createHealth } from "hale";
 * import { zookeeper } from "hale/checks";
 *
 * const client = createClient("127.0.0.1:2181");
 * client.connect();
 * const health = createHealth({ checks: { locks: zookeeper({ client, timeout: 300 }) } });
 * ```
 */
export function zookeeper(options: ZookeeperOptions): Check {
  return clientCheck("zookeeper", options, {}, throughSession);
}

function throughSession(client: ZookeeperClient): Run {
  const ask = oneAtATime(() => findNode(client));
  return async () => {
    const { name } = client.getState();
    // What is asked of a client that is not connected may wait until it is.
    if (name !== "SYNC_CONNECTED" && name !== READ_ONLY) {
      throw notConnected(name);
    }
    await ask();
    const state: Outcome["observations"] = { state: { value: name } };
    return name === READ_ONLY
      ? {
          status: "degraded",
          reason: "The session only reads: its server does not see the others.",
          observations: state,
        }
      : { status: "up", observations: state };
  };
}

function findNode(client: ZookeeperClient): Promise<void> {
  return new Promise((resolve, reject) => {
    const answer = (error: unknown, stat: unknown) => {
      if (isRefusedByName(error)) resolve();
      else if (error) reject(error);
      else if (stat) resolve();
      else reject(unexpectedReply(`a node ${NODE}`, stat));
    };
    client.exists(NODE, answer);
  });
}

/** The answer to a session without the right to see the node; wrong credentials are AUTH_FAILED. */
function isRefusedByName(error: unknown): boolean {
  return (error as { name?: unknown } | null | undefined)?.name === "NO_AUTH";
}
