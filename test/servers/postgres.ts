import { chown, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { keepCertificate } from "./_certificate.ts";
import { HOST } from "./_place.ts";
import { run, type User } from "./_run.ts";
import type { RunningServer } from "./_running-server.ts";
import { defineServer } from "./_server.ts";
import { fromTemplate } from "./_template.ts";

const USER = "hale";
const PASSWORD = "correct-horse";

export interface PostgresServerOptions {
  /** @default 20 */
  maxConnections: number;
  /** Writes every statement to the log. */
  logStatements: boolean;
  /** Lets standbys connect. */
  replication: boolean;
  /** Copies this server, which lets standbys connect, and follows it. */
  standbyOf: RunningServer;
  /** Offers TLS, with the certificate of the tests. */
  tls: boolean;
}

/**
 * PostgreSQL with the database `hale`, whose superuser `hale` logs in with a password.
 *
 * The view `pg_stat_statements` counts the queries; its reset function starts anew.
 */
export const postgres = defineServer<PostgresServerOptions>({
  name: "PostgreSQL",
  programs: ["postgres"],
  folders: [
    "/usr/lib/postgresql/*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
  ],
  packages: {
    debian: ["postgresql"],
    fedora: ["postgresql-server", "postgresql-contrib"],
    homebrew: ["postgresql@17"],
  },
  refusesRoot: true,
  async start(
    { port, folder, program, user },
    { maxConnections = 20, logStatements = false, replication = false, standbyOf, tls = false },
  ) {
    const data = join(folder, "data");
    if (standbyOf) await copyCluster(program, data, standbyOf.url, user);
    else
      await fromTemplate("postgres", data, user, (target) => createCluster(program, target, user));
    const certified = tls ? await keepCertificate(folder, user) : undefined;
    const replicates = replication || standbyOf !== undefined;
    const settings = {
      listen_addresses: HOST,
      unix_socket_directories: "",
      shared_preload_libraries: "pg_stat_statements",
      max_connections: maxConnections,
      // Each of the connections is for tests to use up, though their user is a superuser.
      superuser_reserved_connections: 0,
      max_wal_senders: replicates ? 4 : 0,
      wal_level: replicates ? "replica" : "minimal",
      shared_buffers: "8MB",
      // In the data folder, where a killed server leaves nothing that outlives it.
      dynamic_shared_memory_type: "mmap",
      autovacuum: "off",
      fsync: "off",
      log_statement: logStatements ? "all" : "none",
      ...(certified && { ssl: "on", ssl_cert_file: certified.cert, ssl_key_file: certified.key }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    return {
      args: ["-D", data, "-p", String(port), ...flags],
      url: `postgres://${USER}:${PASSWORD}@${HOST}:${port}/hale`,
      // The file that pg_ctl waits on; a connection as a probe could use up the one that a test has.
      async ready(pid) {
        const lines = await stateOf(data);
        return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
      },
      // SIGTERM would wait until the last client has left.
      stopSignal: "SIGINT",
      cleanUp: () => removeSharedMemory(data),
    };
  },
});

async function createCluster(program: string, data: string, user?: User): Promise<void> {
  const passwordFile = `${data}.password`;
  await writeFile(passwordFile, PASSWORD);
  if (user) await chown(passwordFile, user.uid, user.gid);
  const flags = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"];
  await run(
    join(dirname(await realpath(program)), "initdb"),
    ["-D", data, "-U", USER, `--pwfile=${passwordFile}`, "--wal-segsize=1", ...flags],
    { user },
  );
  // A database starts as a copy of template1, its extensions included. The databases that no test
  // needs would double the time that each start takes to copy the cluster.
  await run(
    program,
    ["--single", "-D", data, "-c", "fsync=off", "-c", "exit_on_error=on", "template1"],
    {
      user,
      input: [
        "CREATE EXTENSION pg_stat_statements",
        "CREATE DATABASE hale",
        "DROP DATABASE postgres",
        "UPDATE pg_database SET datistemplate = false WHERE datname = 'template0'",
        "DROP DATABASE template0",
      ].join("\n"),
    },
  );
}

/** Copies a running server into `data`, which will follow it. */
async function copyCluster(program: string, data: string, url: string, user?: User): Promise<void> {
  const flags = ["--wal-method=stream", "--write-recovery-conf", "--checkpoint=fast", "--no-sync"];
  await run(
    join(dirname(await realpath(program)), "pg_basebackup"),
    [`--dbname=${url}`, `--pgdata=${data}`, ...flags],
    { user },
  );
}

/** A killed PostgreSQL leaves a System V segment, of which some systems allow but a few. */
async function removeSharedMemory(data: string): Promise<void> {
  const id = (await stateOf(data))[6]?.trim().split(/\s+/)[1];
  // One that is gone already is no reason to fail the test that stops its server.
  if (id) await run("ipcrm", ["-m", id]).catch(() => {});
}

/** The lines of the file that PostgreSQL keeps while it runs, and leaves if it is killed. */
async function stateOf(data: string): Promise<string[]> {
  const file = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return file.split("\n");
}
