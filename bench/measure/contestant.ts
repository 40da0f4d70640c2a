import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned, SERVER_CORE } from "./cores.ts";
import { type Answer, readAnswer } from "./raw-answer.ts";

/** A server that takes part, and what it is called in the tables. */
export interface Entry {
  readonly name: string;
  /** The name of its file in `servers/`. */
  readonly server: string;
  /** What its Node is given. */
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The settings of a server. */
export interface Setting {
  /** The URLs of the dependencies, where they take part. */
  readonly postgres?: string;
  readonly redis?: string;
  /** The response of the bare server. */
  readonly answer?: Answer;
  /** How long, and how often, in milliseconds, its event loop does not turn. */
  readonly busy?: { readonly blocked: number; readonly every: number };
  /** What the service is to be, and to stay. */
  readonly state?: string;
  /** Milliseconds of the event loop that an answer to `/work` takes. */
  readonly workFor?: number;
}

/** The request to a server. */
export interface Asking {
  readonly path: string;
  /** Lines of headers. */
  readonly headers?: readonly string[];
}

/** The use of a connection pool. */
export interface PoolState {
  readonly taken: number;
  /** Queries that wait for a connection. */
  readonly waiting: number;
}

/** A server that runs in a process of its own, on the server's core. */
export class Contestant {
  readonly name: string;
  readonly port: number;
  /** The address of its probes. */
  readonly probePort: number;
  readonly #process: ChildProcess;

  private constructor(
    name: string,
    { port, probePort }: { readonly port: number; readonly probePort: number },
    process: ChildProcess,
  ) {
    this.name = name;
    this.port = port;
    this.probePort = probePort;
    this.#process = process;
  }

  /** Starts a server, and resolves once it listens. */
  static async start(
    { name, server, flags = [], environment = {} }: Entry,
    setting: Setting,
    cores: number | string = SERVER_CORE,
  ): Promise<Contestant> {
    const file = fileURLToPath(new URL(`../servers/${server}.mjs`, import.meta.url));
    const [command, args] = pinned(cores, process.execPath, [
      ...flags,
      file,
      JSON.stringify(setting),
    ]);
    // Detached, so that Ctrl-C ends the bench alone, which then stops its servers; they end by
    // themselves once it is gone.
    const child = spawn(command, args, {
      detached: true,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return new Contestant(name, await messageFrom(name, child), child);
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** Microseconds of processor time that it has used so far. */
  async cpuTime(): Promise<number> {
    const { user, system } = await this.#ask<NodeJS.CpuUsage>("cpuUsage");
    return user + system;
  }

  /** Opens every connection of its pool, as a service that has been busy has done. */
  usePool(): Promise<PoolState> {
    return this.#ask("usePool");
  }

  pool(): Promise<PoolState> {
    return this.#ask("pool");
  }

  #ask<T>(question: string): Promise<T> {
    const reply = messageFrom<T>(this.name, this.#process);
    this.#process.send(question);
    return reply;
  }

  /** Calls back with the moment, in milliseconds of `process.hrtime`, at which its loop stops turning. */
  onBlocked(listener: (at: number) => void): void {
    this.#process.on("message", ({ blockedAt }: { blockedAt?: number }) => {
      if (blockedAt !== undefined) listener(blockedAt);
    });
  }

  /** Returns its exact response. */
  answer({ path, headers }: Asking, connection: "keep-alive" | "close"): Promise<Answer> {
    return readAnswer(this.port, path, connection, headers);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

/** Starts servers one after another, and stops them when `use` is done or has failed. */
export async function withContestants<T>(
  starts: readonly (readonly [Entry, Setting])[],
  use: (contestants: readonly Contestant[]) => Promise<T>,
): Promise<T> {
  const contestants: Contestant[] = [];
  try {
    for (const [entry, setting] of starts) contestants.push(await Contestant.start(entry, setting));
    return await use(contestants);
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.stop()));
  }
}

function messageFrom<T>(name: string, child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      child.off("message", onMessage).off("exit", onExit).off("error", reject);
    };
    const onMessage = (message: unknown) => {
      settle();
      resolve(message as T);
    };
    const onExit = (code: number | null) => {
      settle();
      reject(new Error(`The server ${name} has ended with code ${code}.`));
    };
    child.on("message", onMessage).on("exit", onExit).on("error", reject);
  });
}
