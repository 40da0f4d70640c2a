import { spawn } from "node:child_process";
import {
  type Check,
  CheckFailure,
  type CheckOptions,
  defineCheck,
  type Outcome,
} from "../../../index.ts";

/** The options of {@link exec}. */
export interface ExecOptions extends CheckOptions {
  /** The program and its arguments, which no shell reads. */
  readonly command: readonly string[];
  /** @default that of this process */
  readonly cwd?: string | undefined;
  /** Variables in addition to those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Exit codes that mean degraded. */
  readonly degradedExits?: readonly number[] | undefined;
  /**
   * The bytes that it may write to stdout and stderr.
   *
   * @default 65536
   */
  readonly outputLimit?: number | undefined;
}

/** The end of a command. */
interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line that it wrote. */
  readonly line: string;
}

/**
 * Runs a command: exit code 0 is up. At its timeout, when it writes too much, and when this process exits, its whole
 * process group is killed, so that nothing of it is left.
 */
export function exec(options: ExecOptions): Check {
  const { command, cwd, env, degradedExits = [], outputLimit = 65_536, ...rest } = options;
  return defineCheck({
    ...rest,
    scope: "dependency",
    async run({ signal }): Promise<Outcome> {
      const {
        code,
        signal: killedBy,
        line,
      } = await runCommand({
        command,
        cwd,
        env: { ...process.env, ...env },
        outputLimit,
        signal,
      });
      if (code === 0) return { status: "up" };
      const how = code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`;
      const status = code !== null && degradedExits.includes(code) ? "degraded" : "down";
      const reason = `The command ${how}${line === "" ? "." : `: ${line}`}`;
      return { status, reason, code: "HALE_COMMAND_FAILED" };
    },
  });
}

interface Command {
  readonly command: readonly string[];
  readonly outputLimit: number;
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Kills each command that runs, with its group. */
const kills = new Set<() => void>();

// Commands would outlive a process that exits without closing its checks.
process.on("exit", () => {
  for (const kill of kills) kill();
});

function runCommand({ command, cwd, env, outputLimit, signal }: Command): Promise<Ended> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it starts ends with it.
      detached: true,
    });
    let size = 0;
    let tail = "";
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    };
    // A program that cannot be run never exits.
    if (child.pid !== undefined) kills.add(kill);
    const abort = () => {
      kill();
      reject(new CheckFailure("HALE_TIMEOUT", "The command was ended at its timeout."));
    };
    const read = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= outputLimit) {
        tail += chunk;
        return;
      }
      kill();
      const reason = `The command was ended: it wrote more than ${outputLimit} bytes.`;
      reject(new CheckFailure("HALE_COMMAND_FAILED", reason));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    // What it has left behind would hold its output open, and pile up.
    child.on("exit", () => {
      kill();
      kills.delete(kill);
    });
    child.on("close", (code, killedBy) => {
      signal.removeEventListener("abort", abort);
      resolve({ code, signal: killedBy, line: lastLine(tail) });
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
