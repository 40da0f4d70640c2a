import { Redis } from "ioredis";
import pg from "pg";
import type { RunningServer } from "../../test/servers/_running-server.ts";
import { postgres } from "../../test/servers/postgres.ts";
import { redis } from "../../test/servers/redis.ts";

/** Every contestant has a pool of ten. */
const CONNECTIONS = 100;

/** The two dependencies that the checks ask, and how often they were asked. */
export interface Databases {
  readonly urls: { readonly postgres: string; readonly redis: string };
  /** Stops PostgreSQL with SIGSTOP: its connections stay open, and it says nothing. */
  pausePostgres(): Promise<void>;
  resumePostgres(): Promise<void>;
  /** Starts to count anew. */
  resetCalls(): Promise<void>;
  /** What each has counted itself: statements of PostgreSQL, and `PING`s of Redis. */
  calls(): Promise<{ readonly postgres: number; readonly redis: number }>;
}

/** Starts both, and stops them when `use` is done or has failed. */
export async function withDatabases<T>(use: (databases: Databases) => Promise<T>): Promise<T> {
  const servers = await startAll([
    () => postgres.start({ maxConnections: CONNECTIONS }),
    () => redis.start(),
  ]);
  const [postgresUrl = "", redisUrl = ""] = servers.map(({ url }) => url);
  const sql = new pg.Client({ connectionString: postgresUrl });
  const cache = new Redis(redisUrl);
  try {
    await sql.connect();
    return await use({
      urls: { postgres: postgresUrl, redis: redisUrl },
      pausePostgres: () => (servers[0] as RunningServer).pause(),
      resumePostgres: () => (servers[0] as RunningServer).resume(),
      async resetCalls() {
        await sql.query("select pg_stat_statements_reset()");
        await cache.config("RESETSTAT");
      },
      async calls() {
        const { rows } = await sql.query(
          "select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query not like '%pg_stat_statements%'",
        );
        const statistics = await cache.info("commandstats");
        return {
          postgres: Number(rows[0].calls),
          redis: Number(statistics.match(/cmdstat_ping:calls=(\d+)/)?.[1] ?? 0),
        };
      },
    });
  } finally {
    cache.disconnect();
    await sql.end().catch(() => {});
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Starts some servers; when one fails, stops those that have started. */
async function startAll<S extends { stop(): Promise<void> }>(
  starts: readonly (() => Promise<S>)[],
): Promise<S[]> {
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  const started = outcomes.flatMap((outcome) =>
    outcome.status === "fulfilled" ? [outcome.value] : [],
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed === undefined) return started;
  await Promise.all(started.map((server) => server.stop()));
  throw failed.reason;
}
