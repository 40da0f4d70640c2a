import type { Outcome } from "../../../contract/check.ts";
import { unexpectedReply } from "../../../contract/check-failures.ts";
import { type Finding, outcomeOf, rateFigure, type Thresholds } from "../common/findings.ts";
import { messageOf, permissionDenied } from "../common/refusals.ts";

/** The queries to PostgreSQL besides `select 1`. */
export interface PostgresExtras {
  readonly writable?: boolean | undefined;
  readonly replicationLag?: Thresholds | undefined;
}

/** One statement, and what its answer means. */
export interface PostgresQuery {
  readonly sql: string;
  /** @throws `HALE_UNEXPECTED_REPLY` */
  readResult(result: unknown): Outcome;
  /**
   * Reads a failure of the statement: the user may not ask what an option adds.
   *
   * @throws every other failure
   */
  readFailure(failure: unknown): Outcome;
}

/**
 * Whether PostgreSQL has refused a statement to this user by name: insufficient_privilege. A login that is refused has
 * the same code, and is fatal.
 */
export function isRefusedByName(failure: unknown): boolean {
  const { code, severity } = Object(failure) as Record<string, unknown>;
  return code === "42501" && severity !== "FATAL";
}

/** Also `on` where a standby answers. */
const READ_ONLY = "current_setting('transaction_read_only') as read_only";

/**
 * A standby whose receiver is connected and that has replayed all it has received is not behind,
 * however long ago the last transaction was: that is how a standby of an idle primary looks. Without
 * the receiver, it may be behind by what never reached it. Any user may see that there is a receiver.
 */
const LAG = [
  "pg_is_in_recovery() as standby",
  "pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() and exists (select from pg_stat_wal_receiver) as caught_up",
  "extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 as replay_age",
  "pg_postmaster_start_time()::text as server",
].join(", ");

/** The statement that asks for 1 and the extras at once, so that a run is one round trip. */
export function postgresQuery({ writable, replicationLag }: PostgresExtras): PostgresQuery {
  const columns = ["1 as one"];
  if (writable) columns.push(READ_ONLY);
  if (replicationLag) columns.push(LAG);
  const lagOf = replicationLagOf();
  return {
    sql: `select ${columns.join(", ")}`,
    readResult(result) {
      // By their order, because a client may rename columns.
      const [one, ...rest] = firstRowOf(result);
      if (String(one) !== "1") throw unexpectedReply("1", one);
      const findings: (Finding | undefined)[] = [];
      if (writable && String(rest.shift()) !== "off") {
        findings.push({
          status: "degraded",
          reason: "The database is read-only: it may be a standby, or a primary that was replaced.",
        });
      }
      if (replicationLag === undefined) return outcomeOf(findings);
      const lag = lagOf(rest);
      if (lag === undefined) return outcomeOf(findings);
      if (lag === "unknown") return outcomeOf([...findings, UNKNOWN_LAG]);
      return outcomeOf([...findings, rateLag(lag, replicationLag)], {
        replicationLag: { value: lag, unit: "ms" },
      });
    },
    readFailure(failure) {
      if (columns.length === 1 || !isRefusedByName(failure)) throw failure;
      return permissionDenied(messageOf(failure));
    },
  };
}

const UNKNOWN_LAG: Finding = {
  status: "degraded",
  reason:
    "The lag of the standby is not known: it is not connected, and has replayed no transaction since it was started.",
};

function rateLag(lag: number, thresholds: Thresholds): Finding | undefined {
  return rateFigure(
    lag,
    thresholds,
    (limit) => `The standby is ${lag} ms behind, and ${limit} ms are too much.`,
  );
}

/**
 * Reads the columns of {@link LAG}; `undefined` where a primary answers.
 *
 * The age of the last transaction is too much where the primary was idle before it sent what is being
 * replayed now. So the lag is no more than the time since this same server was last seen without any.
 */
function replicationLagOf(): (columns: readonly unknown[]) => number | "unknown" | undefined {
  let seen: { readonly server: string; readonly at: number } | undefined;
  return ([standby, caughtUp, replayAge, server]) => {
    if (!isTrue(standby)) return undefined;
    const now = performance.now();
    const mine = String(server);
    if (isTrue(caughtUp)) {
      seen = { server: mine, at: now };
      return 0;
    }
    const bounds = [
      ...(replayAge === null || replayAge === undefined ? [] : [Number(replayAge)]),
      ...(seen?.server === mine ? [now - seen.at] : []),
    ];
    return bounds.length === 0 ? "unknown" : Math.max(0, Math.round(Math.min(...bounds)));
  };
}

function isTrue(value: unknown): boolean {
  return ["true", "t", "1"].includes(String(value));
}

/** `pg` and PGlite answer `{ rows }`, `postgres` the rows themselves; a row may be a list. */
function firstRowOf(result: unknown): unknown[] {
  const rows = Array.isArray(result) ? result : (result as { rows?: unknown } | null)?.rows;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return typeof row === "object" && row !== null ? Object.values(row) : [row];
}
