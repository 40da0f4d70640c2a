import { CheckFailure } from "../contract/errors.ts";
import { badOption } from "../contract/misuse.ts";
import {
  kindOf,
  milliseconds,
  OBJECT,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import { oneAtATime } from "./internal/common/one-at-a-time.ts";
import { PATH } from "./internal/common/path.ts";
import { type MigrationsSource, pendingOf } from "./internal/sql/pending-migrations.ts";

/** The options of {@link migrationsApplied}. */
export interface MigrationsOptions {
  /**
   * Milliseconds after which one attempt has failed.
   *
   * @default 10000
   */
  within?: number | undefined;
  /** Of Drizzle: the folder of the migrations, which holds `meta/_journal.json`. */
  folder?: string | undefined;
  /**
   * Of Drizzle: the table of the migrations that the database has, with its schema.
   *
   * @default "drizzle.__drizzle_migrations", and "__drizzle_migrations" for SQLite
   */
  table?: string | undefined;
}

const OWNER = "migrationsApplied()";

const EXPECTED =
  "what knex() makes, a DataSource, a Migrator of Kysely, an Umzug, a MikroORM, or what drizzle() makes with the option folder";

const RULES = {
  within: milliseconds(100),
  folder: PATH,
  table: {
    expected: "the name of a table, with its schema or without",
    accepts: (value: unknown) => typeof value === "string" && /^[\w."`]+$/.test(value),
  },
};

/** The number of pending migrations that a reason names. */
const NAMED = 5;

/**
 * Makes a start-up task that is done once no migration is pending. It applies none. While some are
 * pending, or when the database cannot tell, an attempt fails and says so, and `retries` makes it ask
 * again; readiness and startup are 503 meanwhile.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`; each attempt `HALE_MIGRATIONS_PENDING` or
 *   `HALE_MIGRATIONS_UNKNOWN`
 * @example
 * ```ts
 * import createKnex from "knex";
 * import { createHealth } from "hale";
 * import { migrationsApplied } from "hale/checks";
 *
 * const knex = createKnex({ client: "pg", connection: "postgres://127.0.0.1/shop" });
 * const health = createHealth({ checks: { database: knex } });
 * health.addStartupTask("migrations", migrationsApplied(knex), { retries: Infinity });
 * ```
 */
export function migrationsApplied(
  source: MigrationsSource,
  options: MigrationsOptions = {},
): () => Promise<void> {
  validateOptions(OWNER, options, RULES);
  requireOption(OWNER, "source", source, { ...OBJECT, expected: EXPECTED });
  const { within = 10_000, folder, table } = options;
  const pending = pendingOf(source, folder === undefined ? undefined : { folder, table });
  if (pending === undefined) {
    throw badOption(OWNER, "source", EXPECTED, kindOf(source));
  }
  const ask = oneAtATime(pending);
  return async () => {
    const names = await answerWithin(within, ask());
    if (names.length === 0) return;
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
    const list = `${names.slice(0, NAMED).join(", ")}${more}`;
    throw new CheckFailure(
      "HALE_MIGRATIONS_PENDING",
      `Migrations are pending: ${list}. Apply them; the service waits for that.`,
    );
  };
}

function answerWithin<T>(limit: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const reason = `Whether migrations are pending was not answered within ${limit} ms. See whether the database answers.`;
    const giveUp = () => reject(new CheckFailure("HALE_MIGRATIONS_UNKNOWN", reason));
    const timer = setTimeout(giveUp, limit);
    const settled = () => clearTimeout(timer);
    answer.then(resolve, reject).then(settled, settled);
  });
}
