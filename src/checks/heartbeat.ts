import { type Check, type CheckOptions, defineCheck, type Outcome } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { CheckFailure } from "../contract/errors.ts";
import { badOption } from "../contract/misuse.ts";
import {
  ANY,
  CHECK_OPTION_RULES,
  FUNCTION,
  kindOf,
  OBJECT,
  RECORD,
  type Rule,
  requireOption,
} from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import { type Body, bodyOfClient, type ClientSource } from "./internal/clients/client-source.ts";
import { type Limits, rateMeasured, timeLimitsRule } from "./internal/common/limits.ts";
import { momentOf } from "./internal/common/moment.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { PATH } from "./internal/common/path.ts";
import { builtin } from "./internal/process/builtin.ts";
import { oneCallPerPath } from "./internal/process/one-call-per-path.ts";
import {
  REDIS_CLIENT,
  type RedisCommandClient,
  redisCommands,
} from "./internal/redis/redis-command.ts";
import { commandRefused } from "./internal/redis/redis-refusals.ts";
import { checkOfUrl, REDIS_SCHEMES } from "./internal/url/check-of-url.ts";

/** The options of every {@link heartbeat}. */
export interface HeartbeatAge extends CheckOptions {
  /** Milliseconds, at least 1000, since the last heartbeat from which on it is degraded or down. */
  age: Limits;
}

/** A heartbeat that is the time of change of a file. */
export interface HeartbeatOfFile extends HeartbeatAge {
  /** The file that the other process touches. */
  file: string;
}

/** A heartbeat that is a key of Redis. */
export interface HeartbeatOfKey extends CheckOptions {
  /** The client that the service already uses, of `ioredis`, `iovalkey`, `redis` or Bun; or `url`. */
  client?: ClientSource<RedisCommandClient> | undefined;
  /**
   * The URL of a Redis of which the service has no client. One is opened by the first run, as by `fromUrl`, and closed
   * with the health.
   */
  url?: string | URL | undefined;
  /** The key that the other process sets to the time: seconds or milliseconds since 1970, or a date of ISO 8601. */
  key: string;
  /**
   * Milliseconds, at least 1000, since the last heartbeat from which on it is degraded or down.
   *
   * @default none: the key has to be there, which the other process sets with a time to live
   */
  age?: Limits | undefined;
}

/** A heartbeat that is read by a function, such as a row of a database. */
export interface HeartbeatOfFunction extends HeartbeatAge {
  /**
   * Returns the time of the last heartbeat: a `Date`, seconds or milliseconds since 1970, a date of ISO 8601, or the
   * answer of a query whose first value is one of these. Nothing, or no row: there was none.
   */
  read: () => unknown;
}

/** The options of {@link heartbeat}. */
export type HeartbeatOptions = HeartbeatOfFile | HeartbeatOfKey | HeartbeatOfFunction;

/** Reads the time of the last heartbeat; `null` where there is none. */
type ReadMoment = (signal: AbortSignal) => Promise<unknown>;

const NAME: Rule = {
  expected: "the name of a key",
  accepts: (value) => typeof value === "string" && value !== "",
};

const AGE = timeLimitsRule(1000);
const SOME_AGE: Rule = {
  ...AGE,
  accepts: (value) => AGE.accepts(value) && Object.keys(value as object).length > 0,
};

const RULES = {
  age: AGE,
  client: OBJECT,
  url: ANY,
  file: PATH,
  key: NAME,
  read: FUNCTION,
  ...CHECK_OPTION_RULES,
};

/** Milliseconds by which the clock of the other process may be ahead. */
const AHEAD = 3_600_000;

/**
 * Sees that another process is alive that cannot be asked: by the time of change of a file, by a key of Redis, or
 * by what a function reads, such as a row. It is down when there is no heartbeat, or none for so long.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_NO_NODE_MODULE`
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { heartbeat } from "hale/checks";
 *
 * const worker = heartbeat({ file: "/tmp/worker.beat", age: { degraded: 30_000, down: 120_000 } });
 * const health = createHealth({ checks: { worker } });
 * ```
 */
export function heartbeat(options: HeartbeatOptions): Check {
  const owner = "heartbeat()";
  const kind = kindOf(options);
  if (kind === "a function") {
    const hint = "Write heartbeat({ read: …, age: … }).";
    throw badOption(owner, "options", RECORD.expected, kind, hint);
  }
  validateArgument(owner, options, RULES, ["file", "age"]);
  const { file, client, url, key, read, age, ...rest } = options as Partial<
    HeartbeatOfFile & HeartbeatOfKey & HeartbeatOfFunction
  >;
  const given = [file, key, read].filter((value) => value !== undefined).length;
  if (given !== 1) {
    throw badOption(
      owner,
      "options",
      "an object with one of file, key and read",
      `one with ${given}`,
    );
  }
  if (key === undefined) requireOption(owner, "age", age, SOME_AGE);
  if (url !== undefined) {
    if (key === undefined || client !== undefined) {
      throw badOption(owner, "url", 'left out without "key", and beside "client"', "given");
    }
    const make = (opened: object) =>
      heartbeat({ key, age, client: opened as RedisCommandClient, ...rest });
    return checkOfUrl(owner, url, rest, { schemes: REDIS_SCHEMES, make });
  }
  const bodyOfMoment = (moment: ReadMoment): Body => ({
    run: async ({ signal }) => outcomeOfMoment(await moment(signal), age),
  });
  const ofKey = (one: RedisCommandClient): Body => {
    const moment = momentOfKey(one, key ?? "");
    return { run: () => moment().then((at) => outcomeOfMoment(at, age), commandRefused) };
  };
  const body =
    key === undefined
      ? bodyOfMoment(
          file === undefined ? oneAtATime(async () => read?.()) : momentOfFile(owner, file),
        )
      : bodyOfClient(owner, client, REDIS_CLIENT, ofKey);
  return defineCheck({ ...rest, scope: "dependency", ...body });
}

function momentOfFile(owner: string, file: string): ReadMoment {
  const { stat } = builtin(owner, "node:fs").promises;
  const path = builtin(owner, "node:path").resolve(file);
  return (signal) => oneCallPerPath(path, signal, async () => (await stat(path)).mtime);
}

function momentOfKey(client: RedisCommandClient, key: string): () => Promise<unknown> {
  const send = redisCommands(client);
  return oneAtATime(async () => {
    const value = await send("GET", key);
    return value === null ? null : { value };
  });
}

function outcomeOfMoment(answer: unknown, limits: Limits | undefined): Outcome {
  const at = momentOf(answer);
  if (at === null) throw new CheckFailure("HALE_NO_HEARTBEAT", "There is no heartbeat.");
  // Without limits it is enough that the key is there, whatever it holds.
  if (limits === undefined) return { status: "up" };
  if (at === undefined) throw unexpectedReply("a time", firstOf(answer));
  const age = Date.now() - at;
  if (age < -AHEAD) {
    throw new CheckFailure(
      "HALE_NO_HEARTBEAT",
      "The last heartbeat is more than an hour ahead of this clock.",
    );
  }
  const value = Math.max(0, Math.round(age));
  const told = `The last heartbeat was ${seconds(value)} ago`;
  const outcome = rateMeasured([{ told, value, limits, tell: seconds }]);
  return {
    ...outcome,
    ...(outcome.status !== "up" && { code: "HALE_NO_HEARTBEAT" }),
    observations: { age: { value, unit: "ms" } },
  };
}

function firstOf(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null ? Object.values(answer)[0] : answer;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
