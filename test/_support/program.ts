import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A program of the test's that runs in a process of its own, and ends with the test. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves once so many lines hold this, to the first; fails when the program has ended before. */
  line(text: string, count?: number): Promise<string>;
  /** Sends a signal to the program itself. */
  signal(name: NodeJS.Signals): void;
  /** Resolves to how it ended, and to all lines. */
  readonly ended: Promise<{ code: number | null; signal: string | null; lines: string[] }>;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs it as process 1 of its own namespace, as in a container. */
  readonly asFirst?: boolean;
  /** The command that runs the file, in place of this Node alone. */
  readonly through?: readonly string[];
  /** @default that of the tests */
  readonly cwd?: string;
  /** Opens a channel for messages, as pm2 does. */
  readonly channel?: boolean;
  /** Makes a group of its own, to which `signal()` sends, as a terminal does. */
  readonly group?: boolean;
}

/** Starts a program of hale's users, which imports the built package. */
export function startProgram(file: string, options: ProgramOptions = {}): Program {
  if (!existsSync("dist/node.js")) throw new Error("Build it first: npm run build");
  const { args = [], env = {}, asFirst = false, channel = false, group = false } = options;
  const { through = [process.execPath] } = options;
  const command = [...through, file, ...args];
  const [program = "", ...rest] = asFirst ? [...UNSHARE, ...command] : command;
  const { KUBERNETES_SERVICE_HOST: _, ...inherited } = process.env;
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe", ...(channel ? (["ipc"] as const) : [])],
    env: { ...inherited, ...env },
    detached: group,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const target = group ? -(child.pid ?? 0) : (child.pid ?? 0);
  onTestFinished(() => {
    if (!group) child.kill("SIGKILL");
    else if (child.exitCode === null && child.signalCode === null) process.kill(target, "SIGKILL");
  });

  let text = "";
  let failure: Error | undefined;
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
      wake();
    });
  }
  child.on("error", (cause) => {
    failure = new Error(`${program} cannot be run. Install it: apt-get install util-linux`, {
      cause,
    });
    wake();
  });
  const ended = new Promise<Awaited<Program["ended"]>>((resolve, reject) => {
    child.on("error", () => reject(failure));
    child.on("close", (code, signal) => {
      resolve({ code, signal, lines: text.split("\n").filter((line) => line !== "") });
      failure ??= new Error(`It has ended with ${code ?? signal}, and printed only this:\n${text}`);
      wake();
    });
  });
  ended.catch(() => {});
  return {
    child,
    async line(wanted, count = 1) {
      for (;;) {
        const found = text.split("\n").filter((line) => line.includes(wanted));
        if (found[0] !== undefined && found.length >= count) return found[0];
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          const waker = () => {
            wakers.delete(waker);
            resolve();
          };
          wakers.add(waker);
        });
      }
    },
    signal(name) {
      process.kill(asFirst ? onlyChildOf(child.pid) : target, name);
    },
    ended,
  };
}

/** Who is not root has to become it in a namespace of users. */
const UNSHARE = [
  "unshare",
  ...["--pid", "--fork", "--mount-proc", "--kill-child"],
  ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]),
];

function onlyChildOf(pid: number | undefined): number {
  const children = readFileSync(
    join("/proc", String(pid), "task", String(pid), "children"),
    "utf8",
  );
  const child = Number(children.trim());
  if (!Number.isInteger(child) || child <= 1)
    throw new Error(`${pid} has the children "${children}".`);
  return child;
}
