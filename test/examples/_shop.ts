import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { until } from "../servers/_until.ts";
import { postgres } from "../servers/postgres.ts";
import { redis } from "../servers/redis.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PATIENCE = 5_000;

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The example shop, in a process of its own. */
export interface ShopProcess {
  /** The first line that it printed; rejects if it ends without one. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ending>;
  /** What it has printed so far. */
  readonly printed: { readonly out: string; readonly error: string };
  kill(signal: NodeJS.Signals): void;
}

/** A shop that has started. */
export interface RunningShop extends ShopProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs the shop on a free port, unless `environment` says otherwise. */
export function runShop(environment: NodeJS.ProcessEnv = {}): ShopProcess {
  const { PATH } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "examples/shop/main.ts"], {
    cwd: ROOT,
    env: { PATH, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const printed = { out: "", error: "" };
  child.stdout.on("data", (chunk) => {
    printed.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    printed.error += chunk;
  });
  const ended = new Promise<Ending>((resolve) => {
    child.once("close", (code, signal) => {
      process.off("exit", killAtExit);
      resolve({ code, signal });
    });
  });
  return {
    firstLine: firstLineOf(child, printed),
    ended,
    printed,
    kill: (signal) => child.kill(signal),
  };
}

/** Runs the shop, and waits until it has printed its URL. */
export async function startShop(environment?: NodeJS.ProcessEnv): Promise<RunningShop> {
  const shop = runShop(environment);
  const url = (await shop.firstLine).split(" ").at(-1) ?? "";
  return {
    ...shop,
    url,
    async stop() {
      shop.kill("SIGKILL");
      await shop.ended;
    },
  };
}

/** Runs the shop on a PostgreSQL and a Redis of its own, with which it starts much faster. */
export async function startShopOnServers(
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningShop> {
  const database = await postgres.start();
  const cache = await redis.start({ requirepass: "p@ss:word/ä" });
  const shop = await startShop({
    DATABASE_URL: database.url,
    REDIS_URL: cache.url,
    ...environment,
  });
  return {
    ...shop,
    async stop() {
      await shop.stop();
      await Promise.all([database.stop(), cache.stop()]);
    },
  };
}

/** What one path of the shop answers. */
export async function ask(
  { url }: Pick<RunningShop, "url">,
  path: string,
  init?: RequestInit,
): Promise<{ status: number; body: string; headers: Headers }> {
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(new URL(path, url), { ...init, signal });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

/** Sends a `POST` without a body. */
export function post(shop: RunningShop, path: string): ReturnType<typeof ask> {
  return ask(shop, path, { method: "POST" });
}

/** Waits until one path of the shop answers this. */
export async function untilAnswered(
  shop: RunningShop,
  path: string,
  expected: { status: number; body: string },
): Promise<void> {
  let last = "";
  const what = `${path} to answer ${expected.status} ${expected.body}`;
  const holds = async () => {
    const { status, body } = await ask(shop, path);
    last = `${status} ${body}`;
    return status === expected.status && body === expected.body;
  };
  await until(what, holds, 30_000).catch((failure: Error) => {
    throw new Error(`${failure.message} The last answer was ${last}.`, { cause: failure });
  });
}

/** The body of deep when these checks have failed. */
export function deepBody(...failed: string[]): string {
  const checks = ["database", "cache", "jobs"].map((name) => [
    name,
    failed.includes(name) ? "failed" : "ok",
  ]);
  const status = failed.length > 0 ? "unhealthy" : "healthy";
  return JSON.stringify({ status, checks: Object.fromEntries(checks) });
}

function firstLineOf(
  child: ChildProcess & { stdout: NodeJS.ReadableStream },
  printed: { readonly error: string },
): Promise<string> {
  const line = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    child.once("close", () => reject(new Error(`The shop ended. It printed:\n${printed.error}`)));
  });
  // Who runs a shop that is to fail does not ask for its first line.
  line.catch(() => {});
  return line;
}
