import type { Observation, Outcome } from "../../../contract/check.ts";
import { stillLoading, unexpectedReply } from "../../../contract/check-failures.ts";
import { allAfterSettled } from "../common/all-after-settled.ts";
import { judge, type Limits, type Measured } from "../common/limits.ts";

/** What one node of Redis is asked besides whether it serves. */
export interface Questions {
  readonly writable: boolean;
  readonly memory: Limits | undefined;
}

/** What one node of Redis has answered. */
export interface Answers {
  readonly role?: string;
  readonly memory?: Memory;
  /** How many masters its cluster has. */
  readonly clusterSize?: number;
}

interface Memory {
  readonly used: number;
  /** 0: without a limit. */
  readonly max: number;
  readonly policy: string;
}

/** How one node is reached, whatever the driver. */
export interface Node {
  /** Rejects when it does not serve. */
  serves(): Promise<Pick<Answers, "clusterSize">>;
  role(): PromiseLike<unknown>;
  info(section: string): PromiseLike<unknown>;
}

/** Asks a node everything at once, in one batch on its connection. */
export async function askNode(node: Node, { writable, memory }: Questions): Promise<Answers> {
  const [served, role, info] = await allAfterSettled([
    node.serves(),
    writable ? node.role() : undefined,
    memory && node.info("memory"),
  ]).catch((failure: unknown) => {
    throw told(failure);
  });
  return {
    ...served,
    ...(writable && { role: roleOf(role) }),
    ...(memory && { memory: memoryOf(info) }),
  };
}

/** What follows from the answers of all nodes that were asked. */
export function judgeAnswers(answers: readonly Answers[], { memory }: Questions): Outcome {
  const replicas = answers.filter(({ role }) => role !== undefined && role !== "master");
  const fullest = fullestOf(answers);
  const measured: Measured[] = [];
  if (fullest !== undefined && fullest.max > 0) {
    measured.push({
      told: `${percent(share(fullest))} of maxmemory is used`,
      value: share(fullest),
      limits: memory,
      tell: percent,
    });
  }
  const judged = judge(measured);
  if (replicas.length === 0 || judged.status === "down") return judged;
  const reason = "The server is a read-only replica.";
  return {
    status: "degraded",
    reason: judged.reason === undefined ? reason : `${reason} ${judged.reason}`,
  };
}

/** The figures of the answers; of several nodes, the memory is that of the fullest. */
export function observe(answers: readonly Answers[]): Record<string, Observation> {
  const roles = [...new Set(answers.flatMap(({ role }) => role ?? []))];
  const fullest = fullestOf(answers);
  return {
    ...(roles.length > 0 && { role: { value: roles.join(", ") } }),
    ...(fullest && {
      usedMemory: { value: fullest.used, unit: "bytes" },
      maxMemory: { value: fullest.max, unit: "bytes" },
      evictionPolicy: { value: fullest.policy },
    }),
  };
}

/** An error as a reason tells it: that the server is still loading has a code of its own. */
function told(failure: unknown): unknown {
  const { message } = (failure ?? {}) as { message?: unknown };
  return /^LOADING\b/.test(String(message)) ? stillLoading() : failure;
}

/** `ioredis` answers with a list, `redis` with an object. */
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

/** One line of what `INFO` and its kin answer. */
export function fieldOf(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}

function fullestOf(answers: readonly Answers[]): Memory | undefined {
  return answers
    .flatMap(({ memory }) => memory ?? [])
    .sort((one, other) => share(other) - share(one))[0];
}

function share({ used, max }: Memory): number {
  return max > 0 ? used / max : 0;
}

function percent(part: number): string {
  return `${Math.round(part * 1000) / 10} %`;
}
