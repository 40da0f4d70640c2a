import { chown, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { HOST } from "./_place.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";

export interface PgbouncerOptions {
  /** The PostgreSQL that it stands before, whose user and password its clients give too. */
  upstream: RunningServer;
  /** @default 20 */
  maxClientConn: number;
  /**
   * The connections to the database, for all clients.
   *
   * @default 5
   */
  poolSize: number;
}

/** The user who may ask it for its figures, and tell it to pause. */
const OPERATOR = "operator";

/** pgbouncer in transaction mode, before a PostgreSQL of the tests. */
export const pgbouncer = defineServer<PgbouncerOptions>({
  name: "pgbouncer",
  programs: ["pgbouncer"],
  folders: ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/opt/pgbouncer/bin"],
  packages: { debian: ["pgbouncer"], fedora: ["pgbouncer"], homebrew: ["pgbouncer"] },
  refusesRoot: true,
  async start({ port, folder, user }, { upstream, maxClientConn = 20, poolSize = 5 }) {
    const config = join(folder, "pgbouncer.ini");
    const users = join(folder, "users.txt");
    const to = new URL(upstream?.url ?? `postgres://hale:correct-horse@${HOST}:1/hale`);
    await writeFile(users, `"${to.username}" "${to.password}"\n"${OPERATOR}" "${to.password}"\n`);
    await writeFile(
      config,
      `[databases]
hale = host=${HOST} port=${to.port} dbname=hale user=${to.username} password=${to.password}
[pgbouncer]
listen_addr = ${HOST}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
admin_users = ${OPERATOR}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = ${maxClientConn}
ignore_startup_parameters = extra_float_digits
`,
    );
    if (user) {
      await Promise.all([config, users].map((path) => chown(path, user.uid, user.gid)));
    }
    const url = `postgres://${to.username}:${to.password}@${HOST}:${port}/hale`;
    return {
      args: [config],
      url,
      ready: () =>
        tellPgbouncer({ url }, "show version").then(
          () => true,
          () => false,
        ),
      // SIGTERM ends it at once; SIGINT would wait for its clients.
      stopSignal: "SIGTERM",
    };
  },
});

/** Has pgbouncer carry out a command of its operator, such as `pause hale` or `show clients`. */
export async function tellPgbouncer<Row>(
  { url }: Pick<RunningServer, "url">,
  command: string,
): Promise<Row[]> {
  const console = new URL(url);
  console.username = OPERATOR;
  console.pathname = "/pgbouncer";
  const client = new pg.Client({ connectionString: console.href });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(command)).rows as Row[];
  } finally {
    await client.end();
  }
}
