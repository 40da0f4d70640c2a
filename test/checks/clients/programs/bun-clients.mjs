// Prints what the clients of Bun itself are, by the table of clients.
import { Database } from "bun:sqlite";
import { identifyClient } from "../../../../src/checks/internal/clients/identify-client.ts";

const { Bun } = globalThis;
const clients = {
  "Bun.sql": Bun.sql,
  "SQL of PostgreSQL": new Bun.SQL("postgres://u:p@127.0.0.1:1/d"),
  "SQL of MySQL": new Bun.SQL("mysql://u:p@127.0.0.1:1/d"),
  "SQL of SQLite": new Bun.SQL("sqlite://:memory:"),
  RedisClient: new Bun.RedisClient("redis://127.0.0.1:1"),
  "Database of bun:sqlite": new Database(":memory:"),
};
const identities = Object.entries(clients).map(([client, made]) => ({
  client,
  identity: identifyClient(made),
}));
console.log(JSON.stringify({ version: Bun.version, identities }));
process.exit();
