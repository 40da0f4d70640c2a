import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Guard } from "./_guard.ts";
import { launch, type ServerProcess } from "./_launch.ts";
import { HOST, type Place } from "./_place.ts";
import { pauseTree, resumeTree } from "./_process-tree.ts";
import type { User } from "./_run.ts";
import { until } from "./_until.ts";

/** Where one server is to run. */
export interface Site extends Place {
  /** The path of the program that was found. */
  readonly program: string;
  /** The user that owns the folder and runs the server, if it is not the one that runs the tests. */
  readonly user: User | undefined;
}

/** How to start a prepared server, the first time and after each kill. */
export interface Startup {
  /** What is started, where that is not the program that was found. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly url: string;
  /** Whether the server, whose first process is `pid`, answers by now; settles within seconds. */
  ready(pid: number): Promise<boolean>;
  /** @default "SIGTERM" */
  readonly stopSignal?: NodeJS.Signals;
  /** Removes what the ended server may have left outside of its folder. */
  cleanUp?(): Promise<void>;
}

/** A server on 127.0.0.1 with ports and a folder of its own. */
export interface RunningServer {
  readonly host: typeof HOST;
  readonly port: number;
  readonly url: string;
  /** Holds all that the server stores, until `stop`. */
  readonly folder: string;
  /** The first of its processes; another one after a restart. */
  readonly pid: number;
  /** All that it has printed since its first start. */
  log(): Promise<string>;
  /** Freezes all its processes: connections stay open, and nothing is answered. */
  pause(): Promise<void>;
  /** Undoes `pause`. */
  resume(): Promise<void>;
  /** Kills all its processes without a warning. */
  kill(): Promise<void>;
  /** Starts it again with the same port and data, after ending it if it runs. */
  restart(): Promise<void>;
  /** Ends it, paused or not, and removes its folder. May be called again. */
  stop(): Promise<void>;
}

/** A prepared server that does not run before its first `restart`. */
export function runningServer(
  name: string,
  { port, folder, program, user }: Site,
  { command = program, args, env, url, ready, stopSignal = "SIGTERM", cleanUp }: Startup,
  keeper: Guard,
): RunningServer {
  const logFile = join(folder, "server.log");
  const log = () => readFile(logFile, "utf8");
  let current: ServerProcess | undefined;

  async function begin(): Promise<void> {
    const started = await launch({
      command,
      args,
      env: { ...process.env, HOME: folder, ...env },
      cwd: folder,
      user,
      logFile,
      onEnd: () => keeper.watch(undefined),
    });
    current = started;
    keeper.watch(started.pid);
    const answers = async () => {
      if (started.hasEnded) throw new Error("It ended instead.");
      return ready(started.pid);
    };
    await until(`${name} to answer`, answers).catch(async (cause: unknown) => {
      throw new Error(`${name} did not start. It printed:\n${await log()}`, { cause });
    });
  }

  async function end(): Promise<void> {
    if (!current || current.hasEnded) return;
    await resumeTree(current.pid);
    await current.terminate(stopSignal);
  }

  return {
    host: HOST,
    port,
    url,
    folder,
    get pid() {
      return (current as ServerProcess).pid;
    },
    log,
    async pause() {
      if (current && !current.hasEnded) await pauseTree(current.pid);
    },
    async resume() {
      if (current && !current.hasEnded) await resumeTree(current.pid);
    },
    async kill() {
      await current?.kill();
    },
    async restart() {
      await end();
      await begin();
    },
    async stop() {
      await end();
      await cleanUp?.();
      await keeper.release();
    },
  };
}
