import createKnex from "knex";
import { Sequelize } from "sequelize";
import { DataSource, type DataSourceOptions } from "typeorm";
import { expect, test } from "vitest";
import { knex } from "../../../src/checks/knex.ts";
import { mikroOrm } from "../../../src/checks/mikro-orm.ts";
import { sequelize } from "../../../src/checks/sequelize.ts";
import { typeorm } from "../../../src/checks/typeorm.ts";
import { runCheck } from "../../_support/run-check.ts";

const ONE = "select 1 as one";
const ORACLE = "select 1 as one from dual";
const DB2 = "select 1 as one from sysibm.sysdummy1";

/** The rows of every answer. */
const rows = async () => [{ ONE: 1 }];

/** A way to send queries that keeps their text. */
function recorder() {
  const asked: string[] = [];
  return {
    asked,
    send: (text: string) => {
      asked.push(text);
      return rows();
    },
  };
}

/** Connections that need no server. */
const connections = { acquireConnection: async () => ({}), releaseConnection: async () => {} };

// Each layer names its dialects itself, of a client without the driver.

test.each([
  ["oracle", ORACLE],
  ["sap", "select 1 as one from dummy"],
  ["postgres", ONE],
  ["mssql", ONE],
  ["mysql", ONE],
])("a DataSource of %s is asked %j", async (type, sql) => {
  const { asked, send } = recorder();
  const options = { type, driver: {}, host: "127.0.0.1" } as unknown as DataSourceOptions;
  const client = Object.assign(new DataSource(options), { isInitialized: true, query: send });
  expect(await runCheck(typeorm({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});

test.each([
  ["oracledb", ORACLE],
  ["pg", ONE],
  ["mssql", ONE],
  ["mysql2", ONE],
  ["better-sqlite3", ONE],
])("a knex of %s is asked %j", async (name, sql) => {
  const { asked, send } = recorder();
  const { client: ofDialect } = createKnex({ client: name, useNullAsDefault: true });
  const raw = (text: string) => ({ connection: () => send(text) });
  const client = { raw, client: Object.assign(ofDialect, connections) };
  expect(await runCheck(knex({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});

test("a knex of DB2 or of IBM i, whose clients are packages of their own, is asked of its table", async () => {
  for (const dialect of ["db2", "ibmi"]) {
    const { asked, send } = recorder();
    const raw = (text: string) => ({ connection: () => send(text) });
    const client = { raw, client: { dialect, ...connections } };
    expect(await runCheck(knex({ client }))).toMatchObject({ status: "up" });
    expect(asked).toEqual([DB2]);
  }
});

test.each([
  ["oracle", ORACLE],
  ["db2", DB2],
  ["postgres", ONE],
  ["mssql", ONE],
] as const)("a Sequelize of %s is asked %j", async (dialect, sql) => {
  const { asked, send } = recorder();
  const client = new Sequelize({ dialect, dialectModule: { TYPES: {} }, logging: false });
  Object.assign(client, { query: send });
  Object.assign(client.connectionManager, { getConnection: async () => ({}), ...connections });
  expect(await runCheck(sequelize({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});

test.each([
  ["OracleConnection", ORACLE],
  ["PostgreSqlConnection", ONE],
  ["MsSqlConnection", ONE],
])("a MikroORM 7 with a %s is asked %j", async (name, sql) => {
  const { asked, send } = recorder();
  // Version 7 needs a later Node.js than the oldest that hale runs on.
  const { [name]: Connection } = { [name]: class {} };
  const connection = Object.assign(new (Connection as new () => object)(), {
    execute: send,
    getNativeClient: async () => ({ getConnection: async () => ({}) }),
  });
  const client = { em: { getConnection: () => connection } };
  expect(await runCheck(mikroOrm({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});
