import type { Check, CheckOptions, Outcome, Run } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";

/** The part of a `Client` of `@elastic/elasticsearch` or `@opensearch-project/opensearch` that this check calls. */
export interface ElasticsearchClient {
  readonly cluster: {
    health(
      question: object,
      options: { maxRetries: number; signal: AbortSignal },
    ): PromiseLike<unknown>;
  };
}

/** The options of {@link elasticsearch}. */
export interface ElasticsearchOptions extends CheckOptions {
  /** The client that the service already uses. */
  client: ClientSource<ElasticsearchClient>;
}

/** The reply of a cluster about its health. */
interface ClusterHealth {
  readonly status?: unknown;
  readonly number_of_nodes?: unknown;
  readonly unassigned_shards?: unknown;
}

/**
 * Requests the health of an Elasticsearch or OpenSearch cluster: green is up, yellow is degraded, red is down. A
 * client that may not ask, but is known, is up. At most one such request waits for an answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Client } from "@elastic/elasticsearch";
 * import { createHealth } from "hale";
 * import { elasticsearch } from "hale/checks";
 *
 * const client = new Client({ node: "http://127.0.0.1:9200" });
 * const health = createHealth({ checks: { search: elasticsearch({ client, critical: false }) } });
 * ```
 */
export function elasticsearch(options: ElasticsearchOptions): Check {
  return clientCheck("elasticsearch", options, {}, throughCluster);
}

function throughCluster(client: ElasticsearchClient): Run {
  let cancel = new AbortController();
  // OpenSearch's client heeds no signal, so its requests must not pile up.
  const ask = oneAtATime(() => {
    cancel = new AbortController();
    return promised(client.cluster.health({}, { maxRetries: 0, signal: cancel.signal }));
  });
  return async ({ signal }) => {
    const asked = ask();
    const abort = () => cancel.abort();
    signal.addEventListener("abort", abort);
    try {
      return outcomeOfHealth(bodyOf(await asked));
    } catch (failure) {
      // The cluster has answered, and has identified the client.
      if (isRefusedByName(failure)) return { status: "up" };
      throw failure;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
}

/** The words of a cluster, and of AWS in front of one, for a user who may not ask; wrong credentials are others. */
const REFUSED = /\bsecurity_exception\b|\bUser: arn:\S+ is not authorized to perform\b/;

function isRefusedByName(failure: unknown): boolean {
  const { statusCode, body, message } = Object(failure) as Record<string, unknown>;
  return statusCode === 403 && REFUSED.test(`${message} ${JSON.stringify(body)}`);
}

/** OpenSearch's client, as older ones of Elasticsearch, has the body in a response. */
function bodyOf(reply: unknown): ClusterHealth {
  const { body } = Object(reply) as { body?: unknown };
  return Object(body ?? reply) as ClusterHealth;
}

function outcomeOfHealth({ status, number_of_nodes, unassigned_shards }: ClusterHealth): Outcome {
  const observations = {
    nodes: { value: Number(number_of_nodes), unit: "nodes" },
    unassignedShards: { value: Number(unassigned_shards), unit: "shards" },
  };
  const unassigned = `${unassigned_shards} shards are not assigned to a node`;
  switch (status) {
    case "green":
      return { status: "up", observations };
    case "yellow":
      return {
        status: "degraded",
        reason: `The cluster is yellow: all data is there, but ${unassigned}.`,
        observations,
      };
    case "red":
      return {
        status: "down",
        reason: `The cluster is red: some data cannot be reached, and ${unassigned}.`,
        observations,
      };
    default:
      throw unexpectedReply("green, yellow or red", status);
  }
}
