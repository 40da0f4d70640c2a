import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "../servers/_until.ts";

/** Clients that have connected and send nothing. */
export interface IdleClients {
  /** How many of the connections the server has not ended. */
  open(): Promise<number>;
  stop(): Promise<void>;
}

/** Opens so many connections from a process of their own, and resolves once all were tried. */
export async function openIdle(base: string, count: number): Promise<IdleClients> {
  const file = join(import.meta.dirname, "../scenarios/programs/idle-clients.mjs");
  const child = fork(file, [new URL(base).port, String(count)], { execArgv: [] });
  await until("every connection was tried", async () => (await stateOf(child)).settled === count);
  return {
    open: async () => (await stateOf(child)).open,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function stateOf(child: ChildProcess): Promise<{ settled: number; open: number }> {
  const answered = once(child, "message");
  child.send("how many");
  const [state] = await answered;
  return state;
}
