import type { Observation, Outcome } from "../../../contract/check.ts";
import { stillLoading, unexpectedReply } from "../../../contract/check-failures.ts";
import { allAfterSettled } from "../common/all-after-settled.ts";
import { type Finding, outcomeOf } from "../common/findings.ts";
import { type Limits, type Measured, rateMeasured } from "../common/limits.ts";
import { promised } from "../common/promised.ts";
import { messageOf } from "../common/refusals.ts";
import type { ConnectionUse } from "./connection-use.ts";
import { fieldsOf } from "./redis-command.ts";
import { isRefusedByName } from "./redis-refusals.ts";

/** The optional queries of one node of Redis, besides whether it serves. */
export interface NodeQuery {
  readonly writable: boolean;
  readonly memory: Limits | undefined;
}

/** The replies of one node of Redis. */
export interface NodeReplies {
  readonly role?: string;
  /** Replicas that keep up with it; `undefined` where it requires none, or has enough. */
  readonly tooFewReplicas?: number | undefined;
  readonly memory?: Memory;
  /** The number of masters of its cluster. */
  readonly clusterSize?: number;
  /** The cause for which it was not asked, though it lives as far as is known. */
  readonly notAsked?: string;
  /** The commands of options that it refused by name, each with its error. */
  readonly refused?: readonly string[];
}

interface Memory {
  readonly used: number;
  /** 0: without a limit. */
  readonly max: number;
  readonly policy: string;
}

/** The commands of one node, whatever the driver. */
export interface Node {
  /** Rejects when it does not serve. */
  serves(): Promise<Pick<NodeReplies, "clusterSize">>;
  role(): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
  config(name: string): PromiseLike<unknown>;
}

/** The failure of a question that became part of a transaction of the service. */
export class Queued extends Error {}

/** Requires that a reply is not that of a command which waits for `EXEC`. */
export function requireNotQueued(reply: unknown): void {
  if (String(reply) === "QUEUED") throw new Queued("The question became part of a transaction.");
}

/** Sends a node all queries at once, in one batch on its connection. */
export async function queryNode(
  node: Node,
  { writable, memory }: NodeQuery,
  use?: ConnectionUse,
): Promise<NodeReplies> {
  const refused: string[] = [];
  /** Sends the command of an option; resolves to `undefined` when it is refused by name. */
  const send = async (command: string, call: () => PromiseLike<unknown>): Promise<unknown> => {
    try {
      return await promised(call());
    } catch (failure) {
      if (!isRefusedByName(failure)) throw failure;
      refused.push(`${command} (${messageOf(failure)})`);
      return undefined;
    }
  };
  const noteQueued = use?.asking();
  const [served, role, replication, info] = await allAfterSettled([
    node.serves(),
    writable ? send("ROLE", () => node.role()) : undefined,
    writable ? send("INFO replication", () => node.info("replication")) : undefined,
    memory && send("INFO memory", () => node.info("memory")),
  ]).catch((failure: unknown) => {
    if (failure instanceof Queued) noteQueued?.();
    throw failureOf(failure);
  });
  return {
    ...served,
    ...(role !== undefined && { role: roleOf(role) }),
    ...(replication !== undefined && {
      tooFewReplicas: await tooFewReplicas(node, replication, use),
    }),
    ...(info !== undefined && { memory: memoryOf(info) }),
    ...(refused.length > 0 && { refused }),
  };
}

/** Decides the outcome from the replies of all nodes. */
export function outcomeOfNodes(replies: readonly NodeReplies[], { memory }: NodeQuery): Outcome {
  const fullest = fullestOf(replies);
  const measured: Measured[] = [];
  if (fullest !== undefined && fullest.max > 0) {
    measured.push({
      told: `${percent(share(fullest))} of maxmemory is used`,
      value: share(fullest),
      limits: memory,
      tell: percent,
    });
  }
  const { status, reason = "" } = rateMeasured(measured);
  const isReplica = replies.some(({ role }) => role !== undefined && role !== "master");
  const tooFew = replies.flatMap(({ tooFewReplicas = [] }) => tooFewReplicas);
  const refused = [...new Set(replies.flatMap(({ refused = [] }) => refused))];
  const findings: (Finding | undefined)[] = [
    isReplica ? { status: "degraded", reason: "The server is a read-only replica." } : undefined,
    tooFew.length > 0
      ? {
          status: "degraded",
          reason: `The server accepts no writes: ${Math.min(...tooFew)} of its replicas keep up, fewer than required.`,
        }
      : undefined,
    refused.length > 0
      ? {
          status: "degraded",
          reason: `The client's user lacks permission for ${refused.join(", ")}.`,
        }
      : undefined,
    status === "up" ? undefined : { status, reason },
  ];
  return outcomeOf(findings);
}

/** The figures in the replies; of several nodes, the memory is that of the fullest. */
export function observe(replies: readonly NodeReplies[]): Record<string, Observation> {
  const roles = [...new Set(replies.flatMap(({ role }) => role ?? []))];
  const fullest = fullestOf(replies);
  return {
    ...(roles.length > 0 && { role: { value: roles.join(", ") } }),
    ...(fullest && {
      usedMemory: { value: fullest.used, unit: "bytes" },
      maxMemory: { value: fullest.max, unit: "bytes" },
      evictionPolicy: { value: fullest.policy },
    }),
  };
}

/** Gives the error of a server that is still loading a code of its own. */
function failureOf(failure: unknown): unknown {
  return /^LOADING\b/.test(messageOf(failure)) ? stillLoading() : failure;
}

/** Reads the reply to `ROLE`: a list from `ioredis`, an object from `redis`. */
function roleOf(reply: unknown): string {
  const role: unknown = Array.isArray(reply)
    ? reply[0]
    : (reply as { role?: unknown } | null | undefined)?.role;
  const text = String(role);
  if (text !== "master" && text !== "slave") {
    throw unexpectedReply("a role", role);
  }
  return text === "slave" ? "replica" : text;
}

const REQUIRED = "min-replicas-to-write";

/**
 * Returns the number of replicas that keep up, where more are required for writing. The reply has their number only
 * where some are required, and never how many: a user who may not read that gets none at all, and neither does a
 * connection that has become busy since.
 */
async function tooFewReplicas(
  node: Node,
  reply: unknown,
  use: ConnectionUse | undefined,
): Promise<number | undefined> {
  const good = fieldOf(String(reply), "min_slaves_good_slaves");
  if (good === undefined) return undefined;
  if (use?.busyWith !== undefined) return Number(good) < 1 ? 0 : undefined;
  const config = await promised(node.config(REQUIRED)).then(fieldsOf, () => undefined);
  return Number(good) < Number(config?.get(REQUIRED) ?? 1) ? Number(good) : undefined;
}

function memoryOf(reply: unknown): Memory {
  const info = String(reply);
  const used = Number(fieldOf(info, "used_memory") ?? Number.NaN);
  if (Number.isNaN(used)) throw unexpectedReply("used_memory", info);
  return {
    used,
    max: Number(fieldOf(info, "maxmemory") ?? 0),
    policy: fieldOf(info, "maxmemory_policy") ?? "unknown",
  };
}

/** Reads one line of the reply to `INFO` and its kin. */
export function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}

function fullestOf(replies: readonly NodeReplies[]): Memory | undefined {
  return replies
    .flatMap(({ memory }) => memory ?? [])
    .sort((one, other) => share(other) - share(one))[0];
}

function share({ used, max }: Memory): number {
  return max > 0 ? used / max : 0;
}

function percent(part: number): string {
  return `${Math.round(part * 1000) / 10} %`;
}
