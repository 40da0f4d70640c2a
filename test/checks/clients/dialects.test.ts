import { expect, test } from "vitest";
import { knex } from "../../../src/checks/knex.ts";
import { sequelize } from "../../../src/checks/sequelize.ts";
import { typeorm } from "../../../src/checks/typeorm.ts";
import { runCheck } from "../../_support/run-check.ts";

const ORACLE = "select 1 as one from dual";

/** The words in which each layer is asked, by the names that it has for its dialects. */
const DIALECTS = [
  ["oracle", ORACLE],
  ["oracledb", ORACLE],
  ["sap", "select 1 as one from dummy"],
  ["db2", "select 1 as one from sysibm.sysdummy1"],
  ["postgres", "select 1 as one"],
  ["mssql", "select 1 as one"],
  [undefined, "select 1 as one"],
] as const;

const rows = async () => [{ ONE: 1 }];

test.each(DIALECTS)("a DataSource of %s is asked %j", async (type, sql) => {
  const asked: string[] = [];
  const client = {
    isInitialized: true,
    driver: { options: { type } },
    async query(text: string) {
      asked.push(text);
      return rows();
    },
  };
  expect(await runCheck(typeorm({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});

test.each(DIALECTS)("a knex of %s is asked %j", async (dialect, sql) => {
  const asked: string[] = [];
  const client = {
    raw(text: string) {
      asked.push(text);
      return { connection: rows };
    },
    client: { dialect, acquireConnection: async () => ({}), releaseConnection() {} },
  };
  expect(await runCheck(knex({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});

test.each(DIALECTS)("a Sequelize of %s is asked %j", async (dialect, sql) => {
  const asked: string[] = [];
  const client = {
    getDialect: () => dialect,
    async query(text: string) {
      asked.push(text);
      return rows();
    },
    connectionManager: { getConnection: async () => ({}), releaseConnection() {} },
  };
  expect(await runCheck(sequelize({ client }))).toMatchObject({ status: "up" });
  expect(asked).toEqual([sql]);
});
