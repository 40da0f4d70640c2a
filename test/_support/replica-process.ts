import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { HOST } from "../servers/_place.ts";
import { until } from "../servers/_until.ts";

/** How a replica ends when it is told to. */
export type Leaving =
  | {
      readonly by: "hale";
      readonly drain?: {
        readonly quiet?: number;
        readonly failedProbes?: number;
        readonly max?: number;
      };
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
  /** All that the process has printed, or reported. */
  readonly output: string;
}

/** A replica that runs as a process of its own. */
export interface ReplicaProcess {
  /** Throws, with all that the process has printed, when it has ended. */
  assertRuns(): void;
  /** Resolves once its port is open; asks for nothing there. */
  listens(): Promise<void>;
  /** Sends SIGTERM, and SIGKILL to what is still there `grace` milliseconds later. */
  leave(grace: number): Promise<Left>;
  /** Ends it without a warning. */
  kill(): Promise<void>;
}

/** What a replica is told of its surroundings. */
export interface Surroundings {
  /** Whether it sees that it runs in Kubernetes. */
  readonly kubernetes?: boolean | undefined;
  /** The file in which it notes the numbers of the requests that it receives. */
  readonly received?: string;
}

/** Starts one of the programs of `test/scenarios/programs` or of the bench. */
export function startReplica(
  program: string,
  port: number,
  leaving: Leaving,
  { kubernetes = false, received }: Surroundings = {},
): ReplicaProcess {
  const child = spawn(process.execPath, [program, JSON.stringify({ port, leaving, received })], {
    // The channel tells the program of the end of this process, however that comes about.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, KUBERNETES_SERVICE_HOST: kubernetes ? HOST : undefined },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const assertRuns = () => {
    if (hasEnded(child)) throw new Error(`The replica at ${port} has ended:\n${output}`);
  };
  return {
    assertRuns,
    async listens() {
      await until(`a replica to listen on ${port}`, () => {
        assertRuns();
        return isOpen(port);
      });
    },
    async leave(grace) {
      const at = performance.now();
      child.kill("SIGTERM");
      const last = setTimeout(() => child.kill("SIGKILL"), grace);
      await closed;
      clearTimeout(last);
      return {
        at,
        ...leftOf(output),
        code: child.exitCode ?? undefined,
        took: performance.now() - at,
      };
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** What a replica has said of its end; one that was killed has said nothing of that. */
export function leftOf(output: string): Omit<Left, "at"> {
  const listened = /^listened for (\d+) ms$/m.exec(output)?.[1];
  const [, code, took] = /^ended with (\d+) after (\d+) ms$/m.exec(output) ?? [];
  return {
    code: code === undefined ? undefined : Number(code),
    listened: listened === undefined ? undefined : Number(listened),
    took: Number(took ?? Number.NaN),
    output,
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = createConnection(port, HOST);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
