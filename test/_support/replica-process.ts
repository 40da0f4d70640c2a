import { type ChildProcess, spawn } from "node:child_process";

/** How a replica ends when it is told to. */
export type Leaving =
  | {
      readonly by: "hale";
      readonly drain?: { readonly quiet?: number; readonly told?: number; readonly max?: number };
    }
  /** `server.close()` at once, and the end of the process when that is done. */
  | { readonly by: "close" }
  /** The same, some milliseconds after readiness has become 503. */
  | { readonly by: "delay"; readonly milliseconds: number };

/** How a replica has ended. */
export interface Left {
  /** When it was told to, in the milliseconds of `performance.now()`. */
  readonly at: number;
  /** The exit code; `undefined` when it had to be killed. */
  readonly code: number | undefined;
  /** Milliseconds from the signal until the server was told to close. */
  readonly listened: number | undefined;
  /** Milliseconds from the signal until the process was gone. */
  readonly took: number;
  /** All that the process has printed. */
  readonly output: string;
}

/** A replica that runs as a process of its own. */
export interface ReplicaProcess {
  readonly hasEnded: boolean;
  /** All that the process has printed so far. */
  readonly output: string;
  /** Sends SIGTERM, and SIGKILL to what is still there `grace` milliseconds later. */
  leave(grace: number): Promise<Left>;
  /** Ends it without a warning. */
  kill(): Promise<void>;
}

/** Starts one of the programs of `test/scenarios/programs` or of the bench. */
export function startReplica(program: string, port: number, leaving: Leaving): ReplicaProcess {
  const child = spawn(process.execPath, [program, JSON.stringify({ port, leaving })], {
    // The channel tells the program of the end of this process, however that comes about.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    get hasEnded() {
      return hasEnded(child);
    },
    get output() {
      return output;
    },
    async leave(grace) {
      const at = performance.now();
      child.kill("SIGTERM");
      const last = setTimeout(() => child.kill("SIGKILL"), grace);
      await closed;
      clearTimeout(last);
      const took = performance.now() - at;
      const listened = /^listened for (\d+) ms$/m.exec(output)?.[1];
      return {
        at,
        code: child.exitCode ?? undefined,
        listened: listened === undefined ? undefined : Number(listened),
        took,
        output,
      };
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
