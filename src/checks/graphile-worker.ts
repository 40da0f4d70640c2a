import type { Check, CheckOptions } from "../contract/check.ts";
import { unexpectedReply } from "../contract/check-failures.ts";
import { badOption } from "../contract/misuse.ts";
import { hasMethods, type Rule } from "../contract/options.ts";
import { type ClientRun, clientCheck } from "./internal/clients/client-check.ts";
import type { ClientSource } from "./internal/clients/client-source.ts";
import { outcomeOf } from "./internal/common/findings.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { promised } from "./internal/common/promised.ts";
import {
  type GraphileRunner,
  type WatchedRunner,
  watchRunner,
} from "./internal/messaging/graphile-runner.ts";
import {
  findingsOf,
  type JobTableRow,
  queryOfJobs,
  SCHEMA,
  tablesRefused,
} from "./internal/messaging/job-table.ts";
import {
  outcomeFrom,
  QUEUE_RULES,
  type QueueFindings,
  type QueueLimits,
} from "./internal/messaging/queue.ts";

export type { GraphileRunner } from "./internal/messaging/graphile-runner.ts";

/** The part of what `makeWorkerUtils()` makes that this check calls. */
export interface GraphileWorkerUtils {
  // biome-ignore lint/suspicious/noExplicitAny: the client of `pg` has more than this check calls
  withPgClient(callback: (client: any) => Promise<any>): PromiseLike<any>;
}

/** The WorkerUtils of `makeWorkerUtils()`, or the Runner of `run()`, of `graphile-worker`. */
export type GraphileWorkerClient = GraphileWorkerUtils | GraphileRunner;

/** The options of {@link graphileWorker}. */
export interface GraphileWorkerOptions extends QueueLimits {
  /** The WorkerUtils or the Runner that the service already uses; only the first can be asked for jobs. */
  client: ClientSource<GraphileWorkerClient>;
  /**
   * The Runner of this process, where `client` is a WorkerUtils. The check is down once it has stopped, or does
   * not hear of jobs.
   *
   * @default none
   */
  runner?: GraphileRunner | undefined;
  /**
   * The identifier of the one task to look at.
   *
   * @default all tasks
   */
  task?: string | undefined;
  /**
   * The schema in which the tables of graphile-worker are.
   *
   * @default "graphile_worker"
   */
  schema?: string | undefined;
}

const RUNNER: Rule = {
  expected: "what run() of graphile-worker makes",
  secret: true,
  accepts: isRunner,
};

const OWN_RULES = {
  ...QUEUE_RULES,
  runner: RUNNER,
  task: {
    expected: "the identifier of a task",
    accepts: (value: unknown) => typeof value === "string" && value !== "",
  },
  schema: SCHEMA,
};

/**
 * Counts the waiting jobs of graphile-worker, in one query over its own connections, which also shows that its
 * PostgreSQL answers. A Runner is watched: it is down once it has stopped, or does not hear of jobs. At most one
 * query waits for its answer.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, `HALE_UNSUPPORTED_CLIENT`
 * @example
 * ```ts
 * import { makeWorkerUtils } from "graphile-worker";
 * import { createHealth } from "hale";
 * import { graphileWorker } from "hale/checks";
 *
 * export async function start() {
 *   const client = await makeWorkerUtils({ connectionString: "postgres://127.0.0.1/shop" });
 *   const mail = graphileWorker({ client, task: "mail", oldest: { degraded: 60_000 } });
 *   return createHealth({ checks: { mail } });
 * }
 * ```
 */
export function graphileWorker(options: GraphileWorkerOptions): Check {
  return clientCheck("graphileWorker", options, OWN_RULES, throughWorker);
}

function throughWorker(
  client: GraphileWorkerClient,
  own: Omit<GraphileWorkerOptions, keyof CheckOptions | "client">,
): ClientRun {
  const { runner, task, schema = "graphile_worker", ...limits } = own;
  if (isRunner(client)) {
    refuseOfRunner({ runner, task, schema: own.schema, ...limits });
    const watched = watchRunner(client as GraphileRunner);
    return { run: async () => outcomeOf([watched.finding()]), close: watched.close };
  }
  const watched: WatchedRunner | undefined = runner && watchRunner(runner);
  const table = `from ${schema}.jobs where ${task === undefined ? "" : "task_identifier = $1 and "}`;
  const sql = queryOfJobs(
    {
      due: `${table}run_at <= now() and locked_at is null and attempts < max_attempts`,
      failed: `${table}locked_at is null and attempts >= max_attempts`,
      dueAt: "run_at",
    },
    limits,
  );
  const look = oneAtATime(async (): Promise<QueueFindings> => {
    const { withPgClient } = client as GraphileWorkerUtils;
    const { rows } = await promised(
      withPgClient((connection) => connection.query(sql, task === undefined ? [] : [task])),
    );
    const [row] = rows as readonly JobTableRow[];
    if (row === undefined) throw unexpectedReply("one row", undefined);
    return findingsOf(row);
  });
  return {
    async run() {
      const {
        observations,
        status,
        reason = "",
      } = outcomeFrom(await look().catch(tablesRefused), limits);
      const queue = status === "up" ? undefined : { status, reason };
      return outcomeOf([watched?.finding(), queue], observations);
    },
    close: () => watched?.close(),
  };
}

function isRunner(value: unknown): boolean {
  return hasMethods(value, ["stop", "addJob"]) && !hasMethods(value, ["withPgClient"]);
}

function refuseOfRunner(options: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const expected = 'left out where "client" is a Runner, which can be asked nothing';
  throw badOption("graphileWorker()", given, expected, "given");
}
