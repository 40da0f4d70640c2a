import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ask } from "../_support/ask.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { reservePlace } from "../servers/_place.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";
import { createProject, type DjangoProject } from "./_django.ts";
import { installCommand } from "./_installed-command.ts";

const command = installCommand();

/** A Django project and its dependencies, with hale beside it by the commands and files of its page. */
interface Shop {
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

const OK = [200, '{"status":"ok"}'] as const;
const FAILED = [503, '{"status":"failed"}'] as const;
const HEALTHY = [200, '{"status":"healthy","checks":{"database":"ok","cache":"ok"}}'] as const;
const TOKEN = "0123456789abcdef";

async function startServer(kind: typeof postgres | typeof redis): Promise<RunningServer> {
  const server = await kind.start();
  onTestFinished(() => server.stop());
  return server;
}

async function openShop(): Promise<Shop> {
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
  // The port of gunicorn is another than the page's, results are not reused, and a token shows reasons.
  const writeConfig = (config: string) => {
    const ours = config.replace("127.0.0.1:8000", web).replace(/interval: .*/, "interval: 500ms");
    const defaults = /interval/.test(ours) ? "" : "defaults: { maxAge: 0 }\n";
    writeFileSync(file, `${ours}${defaults}http: { tokens: ["${TOKEN}"] }\n`);
  };
  writeConfig(project.configs[0] ?? "");
  const hale = startProgram(command.path, {
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

const ALL_IS_WELL = {
  "/health/startup/": OK,
  "/health/": OK,
  "/health/ready/": OK,
  "/health/deep/": HEALTHY,
};

describe("a Django project", () => {
  test("whose dependencies fail and return is answered for as its page says", async () => {
    const shop = await openShop();
    await shop.answers({ "/health/startup/": FAILED, "/health/ready/": FAILED });
    await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    for (const [server, deep] of [
      [shop.database, '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}'],
      [shop.cache, '{"status":"unhealthy","checks":{"database":"ok","cache":"failed"}}'],
    ] as const) {
      const isDown = {
        "/health/deep/": [503, deep],
        "/health/ready/": FAILED,
        "/health/": OK,
      } as const;
      await server.kill();
      await shop.answers(isDown);
      await server.restart();
      await shop.answers(ALL_IS_WELL);
      await server.pause();
      await shop.answers(isDown);
      await server.resume();
      await shop.answers(ALL_IS_WELL);
    }
  });

  test("that hangs or is gone fails liveness, and its dependencies stay what they are", async () => {
    const shop = await openShop();
    const web = await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    const isDown = { "/health/": FAILED, "/health/ready/": FAILED, "/health/deep/": HEALTHY };
    web.signal("SIGSTOP");
    await shop.answers(isDown);
    web.signal("SIGCONT");
    await shop.answers(ALL_IS_WELL);
    web.signal("SIGKILL");
    await web.ended;
    await shop.answers(isDown);
    await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
  });

  test("ends with hale at SIGTERM, both with 0", async () => {
    const shop = await openShop();
    const web = await shop.startWeb();
    await shop.answers(ALL_IS_WELL);
    await shop.answers(ALL_IS_WELL);
    shop.hale.signal("SIGTERM");
    process.kill(web.child.pid ?? 0, "SIGTERM");
    await shop.hale.line("shutdown started");
    // The prober of this test is told three times.
    for (let told = 0; told < 3; told++) await shop.answers({ "/health/ready/": FAILED });
    expect(await shop.hale.ended).toMatchObject({ code: 0 });
    expect(await web.ended).toMatchObject({ code: 0 });
  });
});
