import { chown, mkdir, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keepCertificate } from "./_certificate.ts";
import { firstReply } from "./_first-reply.ts";
import { findProgram } from "./_install.ts";
import { HOST } from "./_place.ts";
import { run, type User } from "./_run.ts";
import { defineServer } from "./_server.ts";
import { fromTemplate } from "./_template.ts";

const USER = "hale";
const PASSWORD = "correct-horse";

/** Folders in which Debian has the server, and Homebrew both programs. */
const FOLDERS = [
  "/usr/sbin",
  "/opt/homebrew/opt/mariadb@*/bin",
  "/opt/homebrew/opt/mariadb/bin",
  "/usr/local/opt/mariadb/bin",
];

/** Of the server and of its first start alike: as small as may be. */
const STORAGE = ["--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M"];

export interface MariadbServerOptions {
  /** Offers TLS, with the certificate of the tests. */
  tls: boolean;
}

/** MariaDB with the database `hale`, whose user `hale` has all rights and logs in with a password. */
export const mariadb = defineServer<MariadbServerOptions>({
  name: "MariaDB",
  programs: ["mariadbd"],
  folders: FOLDERS,
  packages: {
    debian: ["mariadb-server-core", "mariadb-client-core"],
    fedora: ["mariadb-server"],
    homebrew: ["mariadb"],
  },
  refusesRoot: true,
  async start({ port, folder, program, user }, { tls = false }) {
    const data = join(folder, "data");
    const certified = tls ? await keepCertificate(folder, user) : undefined;
    await fromTemplate("mariadb", data, user, (target) => createDatabase(target, user));
    return {
      args: [
        "--no-defaults",
        `--datadir=${data}`,
        `--tmpdir=${folder}`,
        `--bind-address=${HOST}`,
        `--port=${port}`,
        `--socket=${join(folder, "socket")}`,
        `--pid-file=${join(folder, "pid")}`,
        `--basedir=${join(await realpath(program), "../..")}`,
        "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0",
        "--aria-pagecache-buffer-size=1M",
        ...STORAGE,
        ...(certified ? [`--ssl-cert=${certified.cert}`, `--ssl-key=${certified.key}`] : []),
      ],
      url: `mysql://${USER}:${PASSWORD}@${HOST}:${port}/hale`,
      // The server speaks first, and says who it is.
      async ready() {
        const greeting = await firstReply(port).catch(() => "");
        return greeting.includes("MariaDB");
      },
    };
  },
});

async function createDatabase(data: string, user?: User): Promise<void> {
  const installer = findProgram(["mariadb-install-db"], FOLDERS);
  if (installer === undefined) throw new Error("mariadb-install-db is not where mariadbd is.");
  const file = `${data}.sql`;
  // Of its own, since each server clears what others have left in its temporary folder, or are using.
  const temporary = `${data}.tmp`;
  await mkdir(temporary);
  await writeFile(
    file,
    [
      // Until then, the server knows no users.
      "flush privileges;",
      `create database ${USER};`,
      `create user ${USER}@${HOST} identified by '${PASSWORD}';`,
      `grant all on *.* to ${USER}@${HOST};`,
      "",
    ].join("\n"),
  );
  if (user) await Promise.all([file, temporary].map((path) => chown(path, user.uid, user.gid)));
  await run(
    installer,
    [
      "--no-defaults",
      `--datadir=${data}`,
      `--extra-file=${file}`,
      `--tmpdir=${temporary}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
      ...STORAGE,
    ],
    { user },
  );
}
