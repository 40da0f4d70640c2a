import { type Check, defineCheck } from "../contract/check.ts";
import { badOption } from "../contract/misuse.ts";
import {
  ANY,
  CHECK_OPTION_RULES,
  FUNCTION,
  hasMethods,
  milliseconds,
  oneOf,
  requireOption,
} from "../contract/options.ts";
import { validateArgument } from "../contract/validate-argument.ts";
import type { AwsCommand, AwsSender } from "./internal/aws/aws-command.ts";
import { isSqsClient } from "./internal/aws/sqs-queue.ts";
import { bodyOfClient, type ClientSource } from "./internal/clients/client-source.ts";
import type { AmqpClient, AmqpManager } from "./internal/messaging/amqp-client.ts";
import {
  QUEUE_RULES,
  type QueueLimits,
  WORKER_RULE,
  type WorkerLimits,
} from "./internal/messaging/queue.ts";
import { bodyOfQueue, isBroker, NAME, OWNER } from "./internal/messaging/queue-body.ts";
import { LAYOUTS } from "./internal/messaging/redis-queue.ts";
import { REDIS_CLIENT, type RedisCommandClient } from "./internal/redis/redis-command.ts";
import { checkOfUrl, REDIS_SCHEMES } from "./internal/url/check-of-url.ts";

/** The layout of a queue in Redis. */
export type RedisQueueLayout = keyof typeof LAYOUTS;

interface QueueName extends QueueLimits, WorkerLimits {
  /** The name of the queue: of the list, the stream, BullMQ's queue, Celery's queue, or that of the broker. */
  name: string;
}

/** The options of {@link queue} for a queue in Redis. */
export interface QueueRedisOptions extends QueueName {
  /** The client that the service already uses, of `ioredis`, `iovalkey`, `redis` or Bun. */
  client: ClientSource<RedisCommandClient>;
  /**
   * The kind of the queue: a `list`, a `stream` with a consumer group, or the keys of `bullmq` or of `celery`.
   *
   * @default "list"
   */
  layout?: RedisQueueLayout | undefined;
  /** The consumer group, which a `stream` needs. */
  group?: string | undefined;
  /**
   * The prefix of the keys of `bullmq`.
   *
   * @default "bull"
   */
  prefix?: string | undefined;
  /**
   * Which entry of a `list` or of `celery` is taken next: the last, as by `BRPOP`, or the first, as by `BLPOP`.
   *
   * @default "last"
   */
  next?: "first" | "last" | undefined;
  /**
   * Returns when an entry of a `list` or of `celery` was put there, which `oldest` needs: a `Date`, seconds or
   * milliseconds since 1970, or a date of ISO 8601.
   */
  enqueuedAt?: ((entry: string) => unknown) | undefined;
  /**
   * Milliseconds within which a consumer of a `stream` must have asked the server, to count as one of the `workers`.
   *
   * @default 60_000
   */
  activeWithin?: number | undefined;
}

/** The options of {@link queue} for a queue of an AMQP broker, such as RabbitMQ. */
export interface QueueAmqpOptions extends QueueName {
  /** A connection of `amqplib` or `amqp-connection-manager`. */
  client: ClientSource<Exclude<AmqpClient, { checkExchange: unknown }> | AmqpManager>;
  /** A broker does not say so. */
  failed?: undefined;
  /** A broker does not say so. */
  oldest?: undefined;
  /** The same with `celery`, whose queues are the broker's. */
  layout?: "celery" | undefined;
}

/** The options of {@link queue} for a queue of SQS. */
export interface QueueSqsOptions extends QueueLimits {
  /** The SQSClient of `@aws-sdk/client-sqs` that the service already uses. */
  client: ClientSource<AwsSender>;
  /** The URL of the queue. */
  name: string;
  /**
   * A `GetQueueAttributesCommand` that asks for `ApproximateNumberOfMessages`, as a service that is bundled must
   * give it.
   *
   * @default one for the queue, of the package that the service has
   */
  command?: AwsCommand | undefined;
  /** SQS does not say so. */
  failed?: undefined;
  /** SQS does not say so to its clients. */
  oldest?: undefined;
}

/** The options of {@link queue} where the service has no client of the server. */
export interface QueueUrlOptions extends Omit<QueueRedisOptions, "client"> {
  /**
   * The URL of the server, over `redis:`, `rediss:`, `valkey:`, `valkeys:`, `amqp:` or `amqps:`. A client of its own is
   * opened by the first run, as by `fromUrl`, and closed with the health.
   */
  url: string | URL;
}

/** The options of {@link queue}. */
export type QueueOptions = QueueRedisOptions | QueueAmqpOptions | QueueSqsOptions | QueueUrlOptions;

const CLIENT = {
  expected: `${REDIS_CLIENT.expected}, a connection of amqplib or amqp-connection-manager, or an SQSClient`,
  accepts: (value: unknown) => isBroker(value) || isSqsClient(value) || REDIS_CLIENT.accepts(value),
};

const RULES = {
  ...CHECK_OPTION_RULES,
  ...QUEUE_RULES,
  url: ANY,
  client: { expected: CLIENT.expected, secret: true, accepts: () => true },
  command: {
    expected: "a GetQueueAttributesCommand of @aws-sdk/client-sqs",
    secret: true,
    accepts: (value: unknown) => hasMethods(value, ["resolveMiddleware"]),
  },
  workers: WORKER_RULE,
  name: NAME,
  layout: oneOf(Object.keys(LAYOUTS)),
  group: NAME,
  prefix: NAME,
  next: oneOf(["first", "last"]),
  enqueuedAt: FUNCTION,
  activeWithin: milliseconds(1000),
} as const;

/** Every option of all kinds of queues, besides those of a check. */
interface AllQueueOptions extends Omit<QueueRedisOptions, "client"> {
  readonly command?: AwsCommand | undefined;
}

/**
 * Sees work that no worker takes: how many jobs wait, for how long the oldest one has, and how many workers there are,
 * of a list or stream of Redis, of BullMQ's or Celery's queues, or of a queue of RabbitMQ or SQS. Without limits it
 * only observes.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { Redis } from "ioredis";
 * import { createHealth } from "hale";
 * import { queue } from "hale/checks";
 *
 * const client = new Redis("redis://127.0.0.1:6379");
 * const orders = queue({ client, name: "orders", layout: "stream", group: "mailers", oldest: { degraded: 60_000 } });
 * const health = createHealth({ checks: { orders } });
 * ```
 */
export function queue(options: QueueOptions): Check {
  validateArgument(OWNER, options, RULES, ["client", "name"]);
  if ("url" in options && options.url !== undefined) return queueAt(options);
  const { client, name, waiting, failed, oldest, workers, layout, ...more } =
    options as AllQueueOptions & Exclude<QueueOptions, QueueUrlOptions>;
  requireOption(OWNER, "name", name, NAME);
  const { group, prefix, next, enqueuedAt, activeWithin, command, ...rest } =
    more as AllQueueOptions;
  const settings = {
    ...{ name, waiting, failed, oldest, workers, layout },
    ...{ group, prefix, next, enqueuedAt, activeWithin, command },
  };
  const open = (one: object) => bodyOfQueue(one, settings);
  return defineCheck({
    ...rest,
    scope: "dependency",
    ...bodyOfClient(OWNER, client, CLIENT, open),
  });
}

/** The schemes whose clients have queues. */
const CLIENT_SCHEMES = [...REDIS_SCHEMES, "amqp", "amqps"];

/** Makes the check over a client that is opened for it. */
function queueAt({ url, ...options }: QueueUrlOptions): Check {
  if ("client" in options) throw badOption(OWNER, "client", 'left out beside "url"', "given");
  const make = (client: object) => queue({ ...options, client: client as RedisCommandClient });
  const isAmqp = /^amqps?:/i.test(String(url));
  // What the options lack is found now, and not when the client is opened.
  const { options: own } = make({ [isAmqp ? "createChannel" : "call"]: () => {} });
  return checkOfUrl(OWNER, url, own, { schemes: CLIENT_SCHEMES, make });
}
