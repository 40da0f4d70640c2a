import { unexpectedReply } from "../../../contract/check-failures.ts";
import { CheckFailure } from "../../../contract/errors.ts";
import { momentOf } from "../common/moment.ts";
import { fieldsOf, listOf, type SendCommand } from "../redis/redis-command.ts";
import type { QueueFindings } from "./queue.ts";

/** The queries of a check of a queue in Redis. */
export interface RedisQueueQuery {
  readonly name: string;
  /** The prefix of BullMQ's keys. */
  readonly prefix: string;
  /** The consumer group of a stream. */
  readonly group: string;
  /** Reads the number of the database that is selected, which Celery's channel is named after. */
  readonly database: () => number;
  /** Which end of a list is taken from next. */
  readonly next: "first" | "last";
  /** Reads when an entry of a list was put there. */
  readonly enqueuedAt: ((entry: string) => unknown) | undefined;
  /** Milliseconds within which a consumer of a stream must have asked, to count as one. */
  readonly activeWithin: number;
  readonly wantsOldest: boolean;
  readonly wantsWorkers: boolean;
}

/** The layout of a queue in Redis. */
export type ReadRedisQueue = (send: SendCommand, query: RedisQueueQuery) => Promise<QueueFindings>;

/** The readers of all layouts, by their names. */
export const LAYOUTS = {
  list: readList,
  stream: readStream,
  bullmq: readBullmq,
  celery: readCelery,
} as const satisfies Readonly<Record<string, ReadRedisQueue>>;

async function readList(send: SendCommand, query: RedisQueueQuery): Promise<QueueFindings> {
  const [waiting, oldest] = await Promise.all([
    send("LLEN", query.name),
    query.wantsOldest ? ageOfNext(send, query, query.name) : undefined,
  ]);
  return { waiting: Number(waiting), oldest };
}

async function ageOfNext(
  send: SendCommand,
  { next, enqueuedAt }: RedisQueueQuery,
  key: string,
): Promise<number> {
  const entry = await send("LINDEX", key, next === "last" ? "-1" : "0");
  if (entry === null) return 0;
  const at = momentOf(enqueuedAt?.(String(entry)));
  if (typeof at !== "number") throw unexpectedReply("a time from enqueuedAt", at);
  return since(at, Date.now());
}

/** The keys of a queue's priorities, as kombu has them, through which Celery speaks to Redis. */
const CELERY_PRIORITIES = ["", "\x06\x163", "\x06\x166", "\x06\x169"];

async function readCelery(send: SendCommand, query: RedisQueueQuery): Promise<QueueFindings> {
  const { name, database, wantsOldest, wantsWorkers } = query;
  const keys = CELERY_PRIORITIES.map((suffix) => name + suffix);
  const [lengths, ages, receivers] = await Promise.all([
    Promise.all(keys.map((key) => send("LLEN", key))),
    wantsOldest ? Promise.all(keys.map((key) => ageOfNext(send, query, key))) : undefined,
    wantsWorkers ? send("PUBLISH", `/${database()}.celery.pidbox`, celeryPing()) : undefined,
  ]);
  return {
    waiting: lengths.reduce<number>((sum, length) => sum + Number(length), 0),
    oldest: ages && Math.max(...ages),
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

async function readStream(send: SendCommand, query: RedisQueueQuery): Promise<QueueFindings> {
  const { name, group, activeWithin, wantsOldest, wantsWorkers } = query;
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
    .map((id) => since(timeIn(String(id)), now));
  return Math.max(0, ...ages);
}

/** An id that the producer has chosen may begin with another number than the time. */
function timeIn(id: string): number {
  const time = Number(id.split("-")[0]);
  if (time < EARLIEST) throw unexpectedReply("an id that begins with milliseconds since 1970", id);
  return time;
}

/** The year 2000. */
const EARLIEST = 946_684_800_000;

async function readBullmq(send: SendCommand, query: RedisQueueQuery): Promise<QueueFindings> {
  const { name, prefix, wantsOldest, wantsWorkers } = query;
  const key = (suffix: string) => `${prefix}:${name}:${suffix}`;
  const [lists, prioritized, failed, oldest, clients] = await Promise.all([
    Promise.all(["wait", "paused"].map((list) => lengthOf(send, key(list)))),
    send("ZCARD", key("prioritized")),
    send("ZCARD", key("failed")),
    wantsOldest ? oldestOfBullmq(send, key) : undefined,
    wantsWorkers ? send("CLIENT", "LIST") : undefined,
  ]);
  return {
    waiting: lists.reduce((sum, length) => sum + length, Number(prioritized)),
    failed: Number(failed),
    oldest,
    workers: wantsWorkers ? workersIn(String(clients), `${prefix}:${base64(name)}`) : undefined,
  };
}

/** The next entry of a list that is no job: by it, BullMQ 4 wakes its workers for delayed ones. */
const isMarker = (id: unknown) => String(id).startsWith("0:");

async function lengthOf(send: SendCommand, list: string): Promise<number> {
  const [length, last] = await Promise.all([send("LLEN", list), send("LINDEX", list, "-1")]);
  return Number(length) - (isMarker(last) ? 1 : 0);
}

async function oldestOfBullmq(send: SendCommand, key: (suffix: string) => string): Promise<number> {
  const next = await Promise.all([
    send("LRANGE", key("wait"), "-2", "-1"),
    send("LRANGE", key("paused"), "-2", "-1"),
    send("ZRANGE", key("prioritized"), "0", "0"),
  ]);
  const ids = next
    .map((range) => listOf(range).findLast((id) => !isMarker(id)))
    .filter((id) => id !== undefined);
  const jobs = await Promise.all(
    ids.map((id) => send("HMGET", key(String(id)), "timestamp", "delay")),
  );
  const now = Date.now();
  return Math.max(
    0,
    ...jobs
      .map(listOf)
      .map(([at, delay]) => (at === null ? 0 : since(Number(at) + Number(delay ?? 0), now))),
  );
}

/** BullMQ's own encoding of a name, which may have letters beyond Latin. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Connections that BullMQ's workers of a queue have named. */
function workersIn(list: string, name: string): number {
  const names = [...list.matchAll(/ name=(\S*)/g)].map(([, found = ""]) => found);
  return names.filter((found) => found === name || found.startsWith(`${name}:w:`)).length;
}

function since(moment: number, now: number): number {
  return Math.max(0, Math.round(now - moment));
}
