import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ask } from "../_support/ask.ts";
import { type Program, startProgram } from "../_support/program.ts";
import { RUNTIMES } from "../runtimes/programs.ts";
import { reservePlace } from "../servers/_place.ts";
import { run } from "../servers/_run.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";
import {
  type Example,
  endsWell,
  imageCommandOf,
  makeExample,
  packHale,
  untilAnswers,
} from "./_example.ts";

// A service, its database and its drain take seconds each, on a machine that has other work.
vi.setConfig({ testTimeout: 180_000 });

const hale = packHale();

const OK = '{"status":"ok"}';
const FAILED = '{"status":"failed"}';

interface Started extends Example {
  readonly program: Program;
  /** Where the service itself answers. */
  readonly base: string;
  /** Where the probes are answered. */
  readonly probes: string;
}

/** Starts an example by the command of its page, whose environment is another. */
async function start(name: string, env: Readonly<Record<string, string>>): Promise<Started> {
  const example = makeExample(name, hale());
  if (example.commands.some((command) => command.includes("npm run build"))) {
    await run(process.execPath, ["node_modules/typescript/bin/tsc"], { cwd: example.folder });
  }
  const line = example.commands.find((command) => /(?:^|\s)(?:node|bun) \S+$/.test(command));
  const [runtime = "", file = ""] = line?.split(" ").slice(-2) ?? imageCommandOf(name);
  const { port, folder } = await reservePlace();
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = startProgram(join(example.folder, file), {
    through: [runtime === "bun" ? RUNTIMES.bun : process.execPath],
    cwd: example.folder,
    env: { HOST: "127.0.0.1", PORT: String(port), HEALTH_PORT: String(port + 1), ...env },
  });
  const at = (offset: number) => `http://127.0.0.1:${port + offset}`;
  return { ...example, program, base: at(0), probes: at(name === "cluster" ? 1 : 0) };
}

async function startServer(kind: typeof postgres | typeof redis): Promise<RunningServer> {
  const server = await kind.start();
  onTestFinished(() => server.stop());
  return server;
}

/** The examples that answer requests, and what deep says of each while its database is gone. */
const SERVICES = [
  ["express", '{"status":"unhealthy","checks":{"database":"failed","cache":"ok"}}'],
  ["fastify", '{"status":"unhealthy","checks":{"database":"failed"}}'],
  ["nest", '{"status":"unhealthy","checks":{"database":"failed"}}'],
  ["kubernetes", '{"status":"unhealthy","checks":{"database":"failed"}}'],
  ["hono-bun", '{"status":"unhealthy","checks":{"database":"failed"}}'],
  ["cluster", undefined],
] as const;

describe.each(SERVICES)("the example %s", (name, deep) => {
  test("serves, is unready while its database is gone, and ends without refusing a request", async () => {
    const database = await startServer(postgres);
    const cache = name === "express" ? await startServer(redis) : undefined;
    const { program, base, probes } = await start(name, {
      DATABASE_URL: database.url,
      REDIS_URL: cache?.url ?? "",
      DRAIN_SECONDS: "3",
    });
    await untilAnswers(probes, "/health/startup", 200, OK);
    await untilAnswers(probes, "/health/ready", 200, OK);
    expect((await ask(base, "GET", "/")).body).toMatch(/"now":"\d{4}-/);

    await database.kill();
    await untilAnswers(probes, "/health/ready", 503, FAILED);
    await untilAnswers(probes, "/health/deep", 503, deep);
    expect(await ask(probes, "GET", "/health/live")).toMatchObject({ status: 200, body: OK });
    expect((await ask(base, "GET", "/")).status).toBe(500);
    await database.restart();
    await untilAnswers(probes, "/health/ready", 200, OK);

    const lines = await endsWell(program, probes, base);
    if (name !== "hono-bun") {
      expect(lines.join("\n")).toMatch(/onClose \\?"database\\?" finished/);
      expect(lines.join("\n")).toMatch(/shutdown finished in .*, exit code 0/);
    }
  });
});

describe("the example worker", () => {
  test("handles jobs, is unready while its queue hangs, and closes its worker first", async () => {
    const broker = await startServer(redis);
    const { program, probes } = await start("worker", { REDIS_URL: broker.url });
    await untilAnswers(probes, "/health/startup", 200, OK);
    await untilAnswers(probes, "/health/deep", 200, '{"status":"healthy","checks":{"mails":"ok"}}');

    const connection = new Redis(broker.url, { maxRetriesPerRequest: null });
    const queue = new Queue("mails", { connection });
    onTestFinished(async () => {
      await queue.close();
      connection.disconnect();
    });
    await queue.add("welcome", {});
    await program.line("sent welcome");

    await broker.pause();
    await untilAnswers(probes, "/health/ready", 503, FAILED);
    expect(await ask(probes, "GET", "/health/live")).toMatchObject({ status: 200, body: OK });
    await broker.resume();
    await untilAnswers(probes, "/health/ready", 200, OK);

    const lines = await endsWell(program, probes);
    expect(lines.join("\n")).toMatch(
      /onDrain "mails" finished[\s\S]*onClose "mails" finished[\s\S]*onClose "redis" finished[\s\S]*exit code 0/,
    );
  });
});
