import { unexpectedReply } from "../../../contract/check-failures.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { momentOf } from "../common/moment.ts";
import { fieldsOf, listOf, type SendCommand } from "../redis/redis-command.ts";
import type { QueueFindings } from "./queue.ts";

/** The queries of a check of a queue in Redis. */
export interface RedisQueueQuestion {
  readonly name: string;
  /** The prefix of BullMQ's keys. */
  readonly prefix: string;
  /** The consumer group of a stream. */
  readonly group: string;
  /** The number of the database, which Celery's channel is named after. */
  readonly database: number;
  /** Which end of a list is taken from next. */
  readonly next: "first" | "last";
  /** Reads when an entry of a list was put there. */
  readonly enqueuedAt: ((entry: string) => unknown) | undefined;
  /** Milliseconds within which a consumer of a stream must have asked, to count as one. */
  readonly activeWithin: number;
  readonly wantsOldest: boolean;
  readonly wantsWorkers: boolean;
}

/** How a queue lies in Redis. */
export type ReadRedisQueue = (
  send: SendCommand,
  question: RedisQueueQuestion,
) => Promise<QueueFindings>;

/** The readers of all layouts, by their names. */
export const LAYOUTS = {
  list: readList,
  stream: readStream,
  bullmq: readBullmq,
  celery: readCelery,
} as const satisfies Readonly<Record<string, ReadRedisQueue>>;

async function readList(send: SendCommand, question: RedisQueueQuestion): Promise<QueueFindings> {
  const [waiting, oldest] = await Promise.all([
    send("LLEN", question.name),
    question.wantsOldest ? ageOfNext(send, question) : undefined,
  ]);
  return { waiting: Number(waiting), oldest };
}

async function ageOfNext(
  send: SendCommand,
  { name, next, enqueuedAt }: RedisQueueQuestion,
): Promise<number> {
  const entry = await send("LINDEX", name, next === "last" ? "-1" : "0");
  if (entry === null) return 0;
  const at = momentOf(enqueuedAt?.(String(entry)));
  if (typeof at !== "number") throw unexpectedReply("a time from enqueuedAt", at);
  return since(at, Date.now());
}

/** The keys of a queue's priorities, as kombu has them, through which Celery speaks to Redis. */
const CELERY_PRIORITIES = ["", "\x06\x163", "\x06\x166", "\x06\x169"];

async function readCelery(send: SendCommand, question: RedisQueueQuestion): Promise<QueueFindings> {
  const { name, database, wantsOldest, wantsWorkers } = question;
  const [lengths, oldest, receivers] = await Promise.all([
    Promise.all(CELERY_PRIORITIES.map((suffix) => send("LLEN", name + suffix))),
    wantsOldest ? ageOfNext(send, question) : undefined,
    wantsWorkers ? send("PUBLISH", `/${database}.celery.pidbox`, celeryPing()) : undefined,
  ]);
  return {
    waiting: lengths.reduce<number>((sum, length) => sum + Number(length), 0),
    oldest,
    workers: wantsWorkers ? Number(receivers) : undefined,
  };
}

/**
 * The `ping` that Celery's own control sends to all workers, without an address for replies: Redis says how many have
 * received it, and has no other way to tell how many listen by a pattern.
 */
function celeryPing(): string {
  const body = { method: "ping", arguments: {}, destination: null, pattern: null, matcher: null };
  return JSON.stringify({
    body: btoa(JSON.stringify(body)),
    "content-encoding": "utf-8",
    "content-type": "application/json",
    headers: { clock: 0, expires: Date.now() / 1000 + 10 },
    properties: {
      delivery_mode: 2,
      delivery_info: { exchange: "celery.pidbox", routing_key: "" },
      priority: 0,
      body_encoding: "base64",
      delivery_tag: crypto.randomUUID(),
    },
  });
}

async function readStream(send: SendCommand, question: RedisQueueQuestion): Promise<QueueFindings> {
  const { name, group, activeWithin, wantsOldest, wantsWorkers } = question;
  const [groups, consumers] = await Promise.all([
    send("XINFO", "GROUPS", name),
    wantsWorkers ? send("XINFO", "CONSUMERS", name, group) : undefined,
  ]);
  const mine = listOf(groups)
    .map(fieldsOf)
    .find((fields) => String(fields.get("name")) === group);
  if (mine === undefined) {
    throw new CheckFailure("HALE_UNEXPECTED_REPLY", `The stream has no consumer group "${group}".`);
  }
  const after = `(${String(mine.get("last-delivered-id"))}`;
  const [waiting, oldest] = await Promise.all([
    lagOf(send, mine, name, after),
    wantsOldest ? oldestOf(send, name, group, after) : undefined,
  ]);
  return {
    waiting,
    oldest,
    workers: wantsWorkers
      ? listOf(consumers).filter((one) => Number(fieldsOf(one).get("idle")) < activeWithin).length
      : undefined,
  };
}

/** Entries are counted up to here where the server does not count them itself. */
const COUNTED = 10_000;

/** Since Redis 7 the server knows the lag, unless entries in the middle of the stream were deleted. */
async function lagOf(
  send: SendCommand,
  group: ReadonlyMap<string, unknown>,
  name: string,
  after: string,
): Promise<number> {
  const lag = group.get("lag");
  if (lag !== null && lag !== undefined) return Number(lag);
  return listOf(await send("XRANGE", name, after, "+", "COUNT", String(COUNTED))).length;
}

/** The age of the oldest entry that no consumer has confirmed, by the clock of the server, which its id is of. */
async function oldestOf(
  send: SendCommand,
  name: string,
  group: string,
  after: string,
): Promise<number> {
  const [undelivered, pending, time] = await Promise.all([
    send("XRANGE", name, after, "+", "COUNT", "1"),
    send("XPENDING", name, group, "-", "+", "1"),
    send("TIME"),
  ]);
  const [seconds, microseconds] = listOf(time).map(Number);
  const now = (seconds ?? 0) * 1000 + (microseconds ?? 0) / 1000;
  const ages = [undelivered, pending]
    .flatMap((entries) => listOf(listOf(entries)[0]).slice(0, 1))
    .map((id) => since(Number(String(id).split("-")[0]), now));
  return Math.max(0, ...ages);
}

async function readBullmq(send: SendCommand, question: RedisQueueQuestion): Promise<QueueFindings> {
  const { name, prefix, wantsOldest, wantsWorkers } = question;
  const key = (suffix: string) => `${prefix}:${name}:${suffix}`;
  const [wait, paused, prioritized, failed, oldest, clients] = await Promise.all([
    send("LLEN", key("wait")),
    send("LLEN", key("paused")),
    send("ZCARD", key("prioritized")),
    send("ZCARD", key("failed")),
    wantsOldest ? oldestOfBullmq(send, key) : undefined,
    wantsWorkers ? send("CLIENT", "LIST") : undefined,
  ]);
  return {
    waiting: Number(wait) + Number(paused) + Number(prioritized),
    failed: Number(failed),
    oldest,
    workers: wantsWorkers ? workersIn(String(clients), `${prefix}:${btoa(name)}`) : undefined,
  };
}

async function oldestOfBullmq(send: SendCommand, key: (suffix: string) => string): Promise<number> {
  const ids = await Promise.all([
    send("LINDEX", key("wait"), "-1"),
    send("LINDEX", key("paused"), "-1"),
    send("ZRANGE", key("prioritized"), "0", "0").then((range) => listOf(range)[0] ?? null),
  ]);
  const jobs = await Promise.all(
    ids
      .filter((id) => id !== null)
      .map((id) => send("HMGET", key(String(id)), "timestamp", "delay")),
  );
  const now = Date.now();
  return Math.max(
    0,
    ...jobs
      .map(listOf)
      .map(([at, delay]) => (at === null ? 0 : since(Number(at) + Number(delay ?? 0), now))),
  );
}

/** Connections that BullMQ's workers of a queue have named. */
function workersIn(list: string, name: string): number {
  const names = [...list.matchAll(/ name=(\S*)/g)].map(([, found = ""]) => found);
  return names.filter((found) => found === name || found.startsWith(`${name}:w:`)).length;
}

function since(moment: number, now: number): number {
  return Math.max(0, Math.round(now - moment));
}
