import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { killAll, killTree, treeOf } from "./_process-tree.ts";
import type { User } from "./_run.ts";
import { until } from "./_until.ts";

const PATIENCE = 10_000;

/** A server's process, from its launch to its end. */
export interface ServerProcess {
  readonly pid: number;
  readonly hasEnded: boolean;
  /** Asks it to end with `signal`, kills it after ten seconds; resolves once its tree is gone. */
  terminate(signal: NodeJS.Signals): Promise<void>;
  /** Kills it with all its tree; resolves once that is gone. */
  kill(): Promise<void>;
}

export interface LaunchOptions {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  user: User | undefined;
  /** The file to which all output is appended. */
  logFile: string;
  /** Called when the process ends, whatever ended it. */
  onEnd(): void;
}

/** Starts a program in the background. Rejects if it cannot be started. */
export async function launch(options: LaunchOptions): Promise<ServerProcess> {
  const { command, args, logFile, onEnd, user, ...rest } = options;
  const log = openSync(logFile, "a");
  // Detached, so that Ctrl-C does not end it under a test that still cleans up, and so that it
  // leads a process group.
  const child = spawn(command, args, {
    ...rest,
    ...user,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let hasEnded = false;
  child.once("exit", () => {
    hasEnded = true;
    onEnd();
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("spawn", () => resolve(child.pid as number));
    child.once("error", reject);
  });
  const end = (limit?: number) => until(`process ${pid} to end`, () => hasEnded, limit);
  return {
    pid,
    get hasEnded() {
      return hasEnded;
    },
    async terminate(signal) {
      if (hasEnded) return;
      const tree = treeOf(pid);
      child.kill(signal);
      await end(PATIENCE).catch(() => killTree(pid));
      await killAll(tree);
      await end();
    },
    async kill() {
      if (hasEnded) return;
      await killTree(pid);
      await end();
    },
  };
}
