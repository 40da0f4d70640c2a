import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Migration, Migrator as MikroOrmMigrator } from "@mikro-orm/migrations";
import { MikroORM } from "@mikro-orm/postgresql";
import Database from "better-sqlite3";
import { drizzle as createSqliteDrizzle } from "drizzle-orm/better-sqlite3";
import { migrate as migrateSqlite } from "drizzle-orm/better-sqlite3/migrator";
import { drizzle as createDrizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import createKnex, { type Knex } from "knex";
import { Kysely, type Migration as KyselyMigration, Migrator, PostgresDialect } from "kysely";
import pg from "pg";
import { Sequelize } from "sequelize";
import { DataSource, type MigrationInterface, type QueryRunner } from "typeorm";
import { SequelizeStorage, Umzug } from "umzug";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { migrationsApplied } from "../../src/checks/migrations-applied.ts";
import { askPostgres } from "../_support/ask-postgres.ts";
import { makeFolder } from "../_support/folder.ts";
import { startService } from "../_support/service.ts";
import { startTcp } from "../_support/tcp.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres } from "../servers/postgres.ts";

let server: RunningServer;
beforeAll(async () => {
  server = await postgres.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await askPostgres(
    "drop schema public cascade; drop schema if exists drizzle cascade; create schema public",
    server,
  );
});

/** Tables that the migrations of the tests make. */
async function tables(): Promise<string[]> {
  const rows = await askPostgres<{ name: string }>(
    "select tablename as name from pg_tables where tablename in ('orders', 'items') order by 1",
    server,
  );
  return rows.map(({ name }) => name);
}

const CREATE = { orders: "create table orders (id int)", items: "create table items (id int)" };

/** A way to tell which migrations are pending, and to apply them all. */
interface Migrations {
  readonly task: () => Promise<void>;
  readonly migrate: () => Promise<unknown>;
  /** What is said of the two that are pending. */
  readonly named: string;
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  pool.on("error", () => {});
  pool.on("connect", (connection) => connection.on("error", () => {}));
  onTestFinished(() => void pool.end().catch(() => {}));
  return pool;
}

class CreateOrders1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE.orders);
  }
  async down(): Promise<void> {}
}

class CreateItems1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE.items);
  }
  async down(): Promise<void> {}
}

class MikroOrmOrders extends Migration {
  up(): void {
    this.addSql(CREATE.orders);
  }
}

class MikroOrmItems extends Migration {
  up(): void {
    this.addSql(CREATE.items);
  }
}

/** A folder as `drizzle-kit generate` writes it. */
async function drizzleFolder(): Promise<string> {
  const folder = makeFolder();
  const tags = ["0000_orders", "0001_items"];
  const entries = tags.map((tag, idx) => ({
    idx,
    version: "7",
    when: 1_700_000_000_000 + idx,
    tag,
    breakpoints: true,
  }));
  await mkdir(join(folder, "meta"));
  await writeFile(
    join(folder, "meta", "_journal.json"),
    JSON.stringify({ version: "7", dialect: "postgresql", entries }),
  );
  await writeFile(join(folder, "0000_orders.sql"), CREATE.orders);
  await writeFile(join(folder, "0001_items.sql"), CREATE.items);
  return folder;
}

const LAYERS: Readonly<Record<string, () => Promise<Migrations>>> = {
  async Knex() {
    const names = ["orders", "items"] as const;
    const knex = createKnex({
      client: "pg",
      connection: server.url,
      pool: { min: 0, max: 2 },
      migrations: {
        migrationSource: {
          getMigrations: async () => [...names],
          getMigrationName: (name: string) => name,
          getMigration: async (name: "orders" | "items") => ({
            up: (db: Knex) => db.schema.raw(CREATE[name]),
            down: async () => {},
          }),
        },
      },
    });
    onTestFinished(() => knex.destroy());
    return {
      task: migrationsApplied(knex),
      migrate: () => knex.migrate.latest(),
      named: "orders, items",
    };
  },

  async Kysely() {
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: openPool(server.url) }),
    });
    const one = (sql: string): KyselyMigration => ({
      async up(on) {
        await on.executeQuery({
          sql,
          parameters: [],
          query: { kind: "RawNode", sqlFragments: [sql], parameters: [] },
          queryId: { queryId: "test" },
        });
      },
    });
    const migrator = new Migrator({
      db,
      provider: {
        getMigrations: async () => ({
          "1-orders": one(CREATE.orders),
          "2-items": one(CREATE.items),
        }),
      },
    });
    return {
      task: migrationsApplied(migrator),
      async migrate() {
        const { error } = await migrator.migrateToLatest();
        if (error !== undefined) throw error;
      },
      named: "1-orders, 2-items",
    };
  },

  async TypeORM() {
    const source = new DataSource({
      type: "postgres",
      url: server.url,
      poolSize: 2,
      migrations: [CreateOrders1700000000001, CreateItems1700000000002],
    });
    await source.initialize();
    onTestFinished(() => source.destroy());
    return {
      task: migrationsApplied(source),
      migrate: () => source.runMigrations(),
      named: "some that the log of TypeORM names",
    };
  },

  async "Umzug with Sequelize"() {
    const sequelize = new Sequelize(server.url, { logging: false });
    onTestFinished(() => sequelize.close());
    const umzug = new Umzug({
      migrations: [
        { name: "orders", up: () => sequelize.query(CREATE.orders) },
        { name: "items", up: () => sequelize.query(CREATE.items) },
      ],
      storage: new SequelizeStorage({ sequelize }),
      logger: undefined,
    });
    return { task: migrationsApplied(umzug), migrate: () => umzug.up(), named: "orders, items" };
  },

  async "MikroORM 6"() {
    const orm = await MikroORM.init({
      clientUrl: server.url,
      dbName: "hale",
      entities: [],
      discovery: { warnWhenNoEntities: false },
      extensions: [MikroOrmMigrator],
      migrations: {
        snapshot: false,
        silent: true,
        migrationsList: [
          { name: "orders", class: MikroOrmOrders },
          { name: "items", class: MikroOrmItems },
        ],
      },
    });
    onTestFinished(() => orm.close(true));
    return {
      task: migrationsApplied(orm),
      migrate: () => orm.getMigrator().up(),
      named: "orders, items",
    };
  },

  async Drizzle() {
    const folder = await drizzleFolder();
    const db = createDrizzle(openPool(server.url));
    // The table of the migrations does not exist before the first one.
    await migrate(db, { migrationsFolder: await emptyDrizzleFolder() });
    return {
      task: migrationsApplied(db, { folder }),
      migrate: () => migrate(db, { migrationsFolder: folder }),
      named: "0000_orders, 0001_items",
    };
  },
};

async function emptyDrizzleFolder(): Promise<string> {
  const folder = makeFolder();
  await mkdir(join(folder, "meta"));
  await writeFile(join(folder, "meta", "_journal.json"), '{"entries":[]}');
  return folder;
}

describe.each(Object.entries(LAYERS))("%s", (_, prepare) => {
  test("migrations that are pending hold startup and readiness back, with their names, until they are applied", async () => {
    const { task, migrate, named } = await prepare();
    const service = await startService({ startup: { manual: true } });
    service.health.addStartupTask("migrations", task, { retries: Number.POSITIVE_INFINITY });
    service.health.markStarted();
    await expect
      .poll(async () => (await service.health.report("startup")).tasks)
      .toEqual([
        {
          name: "migrations",
          status: "pending",
          reason: `Migrations are pending: ${named}. Apply them; the service waits for that.`,
        },
      ]);
    expect((await service.probe("/health/startup")).status).toBe(503);
    expect((await service.probe("/health/ready")).status).toBe(503);
    expect((await service.probe("/health/live")).status).toBe(200);
    expect(await tables()).toEqual([]);
    await migrate();
    expect(await tables()).toEqual(["items", "orders"]);
    await service.becomes("/health/startup", 200);
    await service.becomes("/health/ready", 200);
  }, 60_000);

  test("where none is pending, the first attempt is enough", async () => {
    const { task, migrate } = await prepare();
    await migrate();
    await expect(task()).resolves.toBeUndefined();
  });
});

test("a server that is away holds startup back with the reason, and is asked again", async () => {
  const own = await postgres.start();
  onTestFinished(() => own.stop());
  const knex = createKnex({
    client: "pg",
    connection: own.url,
    log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    migrations: {
      migrationSource: {
        getMigrations: async () => [],
        getMigrationName: () => "",
        getMigration: async () => ({ up: async () => {}, down: async () => {} }),
      },
    },
  });
  onTestFinished(() => knex.destroy());
  await own.kill();
  const service = await startService({ startup: { manual: true } });
  const retries = Number.POSITIVE_INFINITY;
  service.health.addStartupTask("migrations", migrationsApplied(knex), { retries });
  service.health.markStarted();
  await expect
    .poll(async () => (await service.health.report("startup")).tasks[0]?.reason)
    .toMatch(/ECONNREFUSED/);
  expect((await service.probe("/health/startup")).status).toBe(503);
  await own.restart();
  await service.becomes("/health/startup", 200);
}, 60_000);

test("a server that does not answer fails the attempt in time, and one question waits at most", async () => {
  const port = await startTcp((socket) => socket.resume());
  let asked = 0;
  const pool = new pg.Pool({ host: "127.0.0.1", port, connectionTimeoutMillis: 30_000 });
  onTestFinished(() => void pool.end().catch(() => {}));
  const umzug = {
    pending: async () => {
      asked++;
      await pool.query("select 1");
      return [];
    },
  };
  const task = migrationsApplied(umzug, { within: 100 });
  const failure = expect.objectContaining({ code: "HALE_MIGRATIONS_UNKNOWN" });
  await expect(task()).rejects.toEqual(failure);
  await expect(task()).rejects.toEqual(failure);
  expect(asked).toBe(1);
});

test("SQLite through Drizzle is read from its own table", async () => {
  const db = createSqliteDrizzle(new Database(":memory:"));
  onTestFinished(() => void db.$client.close());
  const folder = await drizzleFolder();
  const task = migrationsApplied(db, { folder });
  migrateSqlite(db, { migrationsFolder: await emptyDrizzleFolder() });
  await expect(task()).rejects.toThrow("Migrations are pending: 0000_orders, 0001_items.");
  migrateSqlite(db, { migrationsFolder: folder });
  await expect(task()).resolves.toBeUndefined();
});

test("five of many are named, and how many more there are", async () => {
  const pending = async () => [1, 2, 3, 4, 5, 6, 7].map((number) => ({ name: `m${number}` }));
  await expect(migrationsApplied({ pending })()).rejects.toEqual(
    expect.objectContaining({
      code: "HALE_MIGRATIONS_PENDING",
      message: expect.stringContaining("m1, m2, m3, m4, m5 and 2 more"),
    }),
  );
});

test("migrations of Knex in files are named by them", async () => {
  const migrate = { list: async () => [[], [{ file: "001_orders.js", directory: "/app" }]] };
  await expect(migrationsApplied({ migrate })()).rejects.toThrow("001_orders.js");
});

test.each<[string, unknown, object | undefined]>([
  ["HALE_BAD_OPTION", {}, undefined],
  ["HALE_BAD_OPTION", undefined, undefined],
  ["HALE_BAD_OPTION", { pending: () => {} }, { folder: "drizzle" }],
  ["HALE_BAD_OPTION", { pending: () => {} }, { within: 0 }],
  ["HALE_BAD_OPTION", { execute: () => {} }, { folder: "" }],
  ["HALE_BAD_OPTION", { execute: () => {} }, { folder: "drizzle", table: "a; drop table b" }],
  ["HALE_UNKNOWN_OPTION", { pending: () => {} }, { folders: "drizzle" }],
])("%s is the error for migrationsApplied(%o, %o)", (code, source, options) => {
  expect(() => migrationsApplied(source as never, options as never)).toThrow(
    expect.objectContaining({ code }),
  );
});

test("what cannot tell of migrations is a type error", () => {
  // @ts-expect-error a client of a driver
  expect(() => migrationsApplied(new pg.Client())).toThrow();
});
