import { hasMethods } from "../../../contract/options.ts";
import { builtin } from "../process/builtin.ts";
import { firstValueOf } from "./select-one.ts";

/** A `Knex`. */
export interface KnexMigrations {
  // biome-ignore lint/suspicious/noExplicitAny: that is its type in knex
  readonly migrate: { list(): Promise<any> };
}

/** A `DataSource` of TypeORM. */
export interface TypeormMigrations {
  showMigrations(): Promise<boolean>;
}

/** A `Migrator` of Kysely. */
export interface KyselyMigrations {
  getMigrations(): Promise<
    readonly { readonly name: string; readonly executedAt?: Date | undefined }[]
  >;
}

/** An `Umzug`, as services with Sequelize have it. */
export interface UmzugMigrations {
  pending(): Promise<readonly { readonly name: string }[]>;
}

/** A `MikroORM` of version 6. */
export interface MikroOrmMigrations {
  getMigrator(): { getPendingMigrations(): Promise<readonly { readonly name: string }[]> };
}

/** A database of `drizzle-orm`, whose migrations are known by their folder. */
export type DrizzleMigrations =
  | { execute(sql: string): PromiseLike<unknown> }
  | { all(sql: string): unknown };

/** A source of the pending migrations. */
export type MigrationsSource =
  | KnexMigrations
  | TypeormMigrations
  | KyselyMigrations
  | UmzugMigrations
  | MikroOrmMigrations
  | DrizzleMigrations;

/** The folder and the table of the migrations of Drizzle. */
export interface DrizzleJournal {
  readonly folder: string;
  readonly table: string | undefined;
}

/** A query for the names of the migrations that are pending. */
export type AskForPending = () => Promise<readonly string[]>;

/** TypeORM says that there are some, and writes their names to its own log. */
const UNNAMED = "some that the log of TypeORM names";

/** Returns the query for the pending migrations of a source; `undefined` for what is none. */
export function pendingOf(
  source: object,
  drizzle: DrizzleJournal | undefined,
): AskForPending | undefined {
  if (drizzle !== undefined) {
    const isDrizzle = hasMethods(source, ["execute"]) || hasMethods(source, ["all"]);
    return isDrizzle ? pendingOfDrizzle(source as DrizzleMigrations, drizzle) : undefined;
  }
  if (hasMethods((source as Partial<KnexMigrations>).migrate, ["list"])) {
    const { migrate } = source as KnexMigrations;
    return async () => {
      const [, pending] = await migrate.list();
      return pending.map(nameOfKnex);
    };
  }
  if (hasMethods(source, ["showMigrations"])) {
    const typeorm = source as TypeormMigrations;
    return async () => ((await typeorm.showMigrations()) ? [UNNAMED] : []);
  }
  if (hasMethods(source, ["getMigrations"])) {
    const kysely = source as KyselyMigrations;
    return async () => {
      const all = await kysely.getMigrations();
      return all.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
    };
  }
  if (hasMethods(source, ["pending"])) {
    const umzug = source as UmzugMigrations;
    return async () => (await umzug.pending()).map(({ name }) => name);
  }
  if (hasMethods(source, ["getMigrator"])) {
    const orm = source as MikroOrmMigrations;
    return async () => (await orm.getMigrator().getPendingMigrations()).map(({ name }) => name);
  }
  return undefined;
}

/** Names a pending migration of Knex, whose shape depends on its source; by default it is a file. */
function nameOfKnex(migration: unknown): string {
  const { file, name } = Object(migration);
  return String(file ?? name ?? migration);
}

/**
 * Those of Drizzle are pending that are younger than the last one which the database has: so does Drizzle
 * itself decide.
 */
function pendingOfDrizzle(db: DrizzleMigrations, drizzle: DrizzleJournal): AskForPending {
  const { readFile } = builtin("migrationsApplied()", "node:fs").promises;
  const { join } = builtin("migrationsApplied()", "node:path");
  const isSqlite = !("execute" in db);
  const { folder, table = isSqlite ? "__drizzle_migrations" : "drizzle.__drizzle_migrations" } =
    drizzle;
  const sql = `select max(created_at) as last from ${table}`;
  return async () => {
    const journal = JSON.parse(await readFile(join(folder, "meta", "_journal.json"), "utf8"));
    const entries: readonly { readonly tag: string; readonly when: number }[] = journal.entries;
    const last = Number(firstValueOf(isSqlite ? db.all(sql) : await db.execute(sql)) ?? 0);
    return entries.filter(({ when }) => when > last).map(({ tag }) => tag);
  };
}
