import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned, SERVER_CORE } from "../measure/cores.ts";
import { spreadOf } from "../measure/statistics.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL("../measure/thread-cost.mjs", import.meta.url));

interface Cost {
  /** Milliseconds of the call itself, and until it listens. */
  readonly call: number;
  readonly start: number;
  /** Bytes that the process holds more of after it, and after a thousand probes. */
  readonly memory: number;
  readonly memoryAfterProbes: number;
}

/** Measures the cost of the probe thread, beside a server in the main thread. */
export const thread: Section = async ({ effort, signal, print, progress }) => {
  const processes = effort.starts * effort.rounds;
  progress(`thread: ${processes} processes of each`);
  const costs = { false: [] as Cost[], true: [] as Cost[] };
  for (let count = 0; count < processes; count++) {
    for (const kind of ["false", "true"] as const) {
      const [command, args] = pinned(SERVER_CORE, process.execPath, [SCRIPT, kind]);
      costs[kind].push(JSON.parse((await run(command, args, { signal })).stdout));
    }
  }
  const cell = (list: readonly Cost[], key: keyof Cost, unit: string, per: number) => {
    const { median, least, most } = spreadOf(list.map((cost) => cost[key] / per));
    return `${fixed(median, 1)} ${unit} (${fixed(least, 1)}–${fixed(most, 1)})`;
  };
  const row = (name: string, list: readonly Cost[]) => [
    name,
    cell(list, "call", "ms", 1),
    cell(list, "start", "ms", 1),
    cell(list, "memory", "MB", 1e6),
    cell(list, "memoryAfterProbes", "MB", 1e6),
  ];
  print("### Memory and start");
  print(
    table(
      ["`listen`", "the call", "until it listens", "memory", "memory after 1000 probes"],
      [row("in the main thread", costs.false), row("`thread: true`", costs.true)],
    ),
  );
  print(
    `Medians of ${processes} fresh processes of each, in turns, on one core. Memory is what the process holds (RSS) more than before the call.`,
  );
};
