import { badOption } from "../../../contract/misuse.ts";
import { FUNCTION, hasMethods, type Rule, requireOption } from "../../../contract/options.ts";
import type { AwsCommand } from "../aws/aws-command.ts";
import { isSqsClient, sqsQueue } from "../aws/sqs-queue.ts";
import type { Body } from "../clients/client-source.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { promised } from "../common/promised.ts";
import { messageOf, permissionDenied } from "../common/refusals.ts";
import { databaseOf, type RedisCommandClient, redisCommands } from "../redis/redis-command.ts";
import { commandRefused } from "../redis/redis-refusals.ts";
import type { AmqpClient } from "./amqp-client.ts";
import { isRefusedByName, linkTo } from "./amqp-connection.ts";
import { outcomeFrom, type QueueFindings, type QueueLimits, type WorkerLimits } from "./queue.ts";
import { LAYOUTS, type RedisQueueQuery } from "./redis-queue.ts";

/** The check that these options belong to, as errors name it. */
export const OWNER = "queue()";

/** The rule of the names of queues, groups and prefixes. */
export const NAME: Rule = {
  expected: "a name",
  accepts: (value) => typeof value === "string" && value !== "",
};

/** The limits of a queue, without the options of every check. */
type AllLimits = Pick<QueueLimits & WorkerLimits, "waiting" | "failed" | "oldest" | "workers">;

/** The options of all kinds of queues; each kind refuses those of the others. */
export interface QueueSettings extends AllLimits {
  readonly name: string;
  readonly layout?: keyof typeof LAYOUTS | undefined;
  readonly group?: string | undefined;
  readonly prefix?: string | undefined;
  readonly next?: RedisQueueQuery["next"] | undefined;
  readonly enqueuedAt?: RedisQueueQuery["enqueuedAt"];
  readonly activeWithin?: number | undefined;
  readonly command?: AwsCommand | undefined;
}

/** Whether a client is a connection of an AMQP broker. */
export function isBroker(value: unknown): boolean {
  return hasMethods(value, ["createChannel"]) || hasMethods(value, ["isConnected"]);
}

/**
 * Makes the body of a check over a client: of SQS, of a broker or of Redis.
 *
 * @throws `HALE_BAD_OPTION` for an option that a queue of this client does not have
 */
export function bodyOfQueue(client: object, settings: QueueSettings): Body {
  const { waiting, failed, oldest, workers } = settings;
  const limits = { waiting, failed, oldest, workers };
  if (isSqsClient(client)) {
    const { name, command, layout, ...others } = settings;
    refuse("of SQS", { ...others, waiting: undefined, layout });
    const look = sqsQueue(client, name, command);
    return { run: async ({ signal }) => outcomeFrom(await look(signal), limits) };
  }
  refuse("that is not of SQS", { command: settings.command });
  if (isBroker(client)) return bodyOfBroker(client as AmqpClient, settings, limits);
  return bodyOfRedis(client as RedisCommandClient, settings, limits);
}

function bodyOfBroker(client: AmqpClient, settings: QueueSettings, limits: AllLimits): Body {
  const { name, layout, failed, oldest, group, prefix, next, enqueuedAt, activeWithin } = settings;
  refuse("of a broker", { failed, oldest, group, prefix, next, enqueuedAt, activeWithin });
  if (layout !== "celery") refuse("of a broker", { layout });
  const link = linkTo(client);
  const look = oneAtATime(async (): Promise<QueueFindings> => {
    const channel = await link.channel();
    const { messageCount, consumerCount } = await promised(channel.checkQueue(name));
    return { waiting: messageCount, workers: consumerCount };
  });
  const refused = (failure: unknown) => {
    if (!isRefusedByName(failure)) throw failure;
    return permissionDenied(messageOf(failure));
  };
  return {
    async run() {
      // Whatever its code, the end of the connection is no refusal of the query.
      if (link.lost !== undefined) throw link.lost;
      return outcomeFrom(await look().catch(refused), limits);
    },
    close: () => link.close(),
  };
}

function bodyOfRedis(client: RedisCommandClient, settings: QueueSettings, limits: AllLimits): Body {
  const { name, layout = "list", group = "", prefix = "bull", next = "last" } = settings;
  const { enqueuedAt, activeWithin = 60_000, oldest, workers } = settings;
  validateLayout(layout, settings);
  const send = redisCommands(client);
  const query: RedisQueueQuery = {
    ...{ name, prefix, group, next, enqueuedAt, activeWithin },
    database: () => databaseOf(client),
    wantsOldest: oldest !== undefined,
    wantsWorkers: workers !== undefined,
  };
  const look = oneAtATime(() => LAYOUTS[layout](send, query));
  return {
    async run() {
      // A user who may not ask has been answered.
      const findings = await look().catch(commandRefused);
      return outcomeFrom(findings, limits);
    },
  };
}

/** The options that a layout does not have. */
const WITHOUT: Readonly<Record<keyof typeof LAYOUTS, readonly (keyof QueueSettings)[]>> = {
  // Redis does not show which clients wait for a list.
  list: ["failed", "workers", "group", "prefix", "activeWithin"],
  stream: ["failed", "prefix", "next", "enqueuedAt"],
  bullmq: ["group", "next", "enqueuedAt", "activeWithin"],
  celery: ["failed", "group", "prefix", "activeWithin"],
};

function validateLayout(layout: keyof typeof LAYOUTS, options: QueueSettings): void {
  for (const option of WITHOUT[layout]) {
    refuse(`of the layout "${layout}"`, { [option]: options[option] });
  }
  if (layout === "stream") requireOption(OWNER, "group", options.group, NAME);
  if (options.oldest !== undefined && (layout === "list" || layout === "celery")) {
    requireOption(OWNER, "enqueuedAt", options.enqueuedAt, {
      ...FUNCTION,
      expected: `a function, which "oldest" needs: an entry of a list does not say when it was put there`,
    });
  }
}

function refuse(what: string, options: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined)
      throw badOption(OWNER, option, `left out for a queue ${what}`, "given");
  }
}
