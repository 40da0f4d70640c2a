import type { Outcome } from "../../../contract/check.ts";
import type { Rule } from "../../../contract/options.ts";
import type { Limits } from "../common/limits.ts";
import { messageOf, permissionDenied } from "../common/refusals.ts";
import { isRefusedByName } from "../sql/postgres-query.ts";
import type { QueueFindings } from "./queue.ts";

/** Jobs are counted up to here, or to the highest limit, since counting costs what there is to count. */
const COUNTED = 10_000;

/** The name of a schema, which stands in the query as it is. */
export const SCHEMA: Rule = {
  expected: "the name of a schema, of letters, digits and _",
  accepts: (value) => typeof value === "string" && /^[A-Za-z_]\w{0,62}$/.test(value),
};

/** The rows of a table of jobs, as SQL that begins with `from`. */
export interface JobTable {
  /** Jobs that could run now. */
  readonly due: string;
  /** Jobs that have failed for good. */
  readonly failed: string;
  /** The column that says from when on a job could run. */
  readonly dueAt: string;
}

/** The limits of a table of jobs; the waiting ones are always counted. */
export interface JobTableLimits {
  readonly waiting?: Limits | undefined;
  readonly failed?: Limits | undefined;
  readonly oldest?: Limits | undefined;
}

/** Makes one query of PostgreSQL that counts the jobs of a table, with a row that {@link findingsOf} reads. */
export function queryOfJobs({ due, failed, dueAt }: JobTable, limits: JobTableLimits): string {
  const columns = [
    `${count(due, limits.waiting)} as waiting`,
    limits.failed && `${count(failed, limits.failed)} as failed`,
    limits.oldest &&
      `(select coalesce(extract(epoch from now() - min(${dueAt})) * 1000, 0) ${due}) as oldest`,
  ];
  return `select ${columns.filter(Boolean).join(", ")}`;
}

function count(which: string, { degraded = 0, down = 0 }: Limits = {}): string {
  return `(select count(*) from (select 1 ${which} limit ${Math.max(COUNTED, degraded, down)}) as counted)`;
}

/** The outcome of a query that PostgreSQL has refused because the user may not read the tables. */
export function tablesRefused(failure: unknown): Outcome {
  if (!isRefusedByName(failure)) throw failure;
  return permissionDenied(messageOf(failure));
}

/** The row of {@link queryOfJobs}. */
export interface JobTableRow {
  readonly waiting: unknown;
  readonly failed?: unknown;
  readonly oldest?: unknown;
}

/** Reads what was seen of a queue from a row, whose figures may be texts. */
export function findingsOf({ waiting, failed, oldest }: JobTableRow): QueueFindings {
  return {
    waiting: Number(waiting),
    failed: failed === undefined ? undefined : Number(failed),
    oldest: oldest === undefined ? undefined : Math.max(0, Math.round(Number(oldest))),
  };
}
