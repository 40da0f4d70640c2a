import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { ask } from "../_support/ask.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { reservePlace } from "../servers/_place.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";
import { createProject, type DjangoProject } from "./_django.ts";

/** A Django project and its dependencies, with hale beside it by the commands and files of its page. */
export interface Shop {
  readonly project: DjangoProject;
  readonly database: RunningServer;
  readonly cache: RunningServer;
  readonly hale: Program;
  /** Serves a configuration of the page from now on. */
  configure(config: string): Promise<void>;
  startWeb(): Promise<Program>;
  /** Resolves once the probes are answered like this. */
  answers(
    expected: Readonly<Record<string, readonly [status: number, body: string]>>,
  ): Promise<void>;
  details(): Promise<string>;
}

export const OK = [200, '{"status":"ok"}'] as const;
export const FAILED = [503, '{"status":"failed"}'] as const;
export const HEALTHY = [
  200,
  '{"status":"healthy","checks":{"database":"ok","cache":"ok"}}',
] as const;
const TOKEN = "0123456789abcdef";

async function startServer(kind: typeof postgres | typeof redis): Promise<RunningServer> {
  const server = await kind.start();
  onTestFinished(() => server.stop());
  return server;
}

/** Starts the servers, the project and hale, which is run by the path of its command. */
export async function openShop(command: string): Promise<Shop> {
  const [database, cache, broker] = [
    await startServer(postgres),
    await startServer(redis),
    await startServer(redis),
  ];
  const place = await reservePlace();
  onTestFinished(() => rm(place.folder, { recursive: true }));
  const web = `127.0.0.1:${place.port}`;
  const env = {
    DATABASE_URL: database.url,
    REDIS_URL: cache.url,
    CELERY_BROKER_URL: broker.url,
  };
  const project = await createProject(env);
  const file = join(project.folder, "hale.yaml");
  // The port of gunicorn is another than the page's, results are not reused, a busy machine has time to answer, and a
  // token shows reasons.
  const writeConfig = (config: string) => {
    const ours = config.replace("127.0.0.1:8000", web).replace(/interval: .*/, "interval: 500ms");
    const reuse = /interval/.test(ours) ? "" : "maxAge: 0, ";
    const defaults = `defaults: { ${reuse}timeout: 2s }\ndeadline: 3s\n`;
    writeFileSync(file, `${ours}${defaults}http: { tokens: ["${TOKEN}"] }\n`);
  };
  writeConfig(project.configs[0] ?? "");
  const hale = startProgram(command, {
    through: [],
    args: ["serve", "--port", "0", "--host", "127.0.0.1"],
    cwd: project.folder,
    env,
  });
  const [, url = ""] = /at (http:\S+\/),/.exec(await hale.line("listening at")) ?? [];
  let reloads = 0;
  return {
    project,
    database,
    cache,
    hale,
    async configure(config) {
      writeConfig(config);
      hale.signal("SIGHUP");
      await hale.line("configuration reloaded", ++reloads);
    },
    startWeb: () => project.start("gunicorn", { "127.0.0.1:8000": web }),
    async answers(expected) {
      for (const [path, [status, body]] of Object.entries(expected)) {
        await until(`${path} is ${status} ${body}`, async () => {
          const reply = await ask(url, "GET", path);
          return reply.status === status && reply.body === body;
        });
      }
    },
    async details() {
      const headers = { Authorization: `Bearer ${TOKEN}` };
      return (await ask(url, "GET", "/health/deep/", { headers })).body;
    },
  };
}

export const ALL_IS_WELL = {
  "/health/startup/": OK,
  "/health/": OK,
  "/health/ready/": OK,
  "/health/deep/": HEALTHY,
};
