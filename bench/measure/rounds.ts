import type { Contestant } from "./contestant.ts";
import { isInvalid, type Load, type Run, runUnderLoad } from "./load.ts";
import { median, type Spread, spreadOf } from "./statistics.ts";

/** How many runs, and how long each is. */
export interface Effort {
  /** How often every server is started afresh: two processes of one program are never quite alike. */
  readonly starts: number;
  /** Runs of each server after each start. */
  readonly rounds: number;
  /** Seconds of one run. */
  readonly seconds: number;
  /** Seconds for which each server is loaded, after each start, before anything counts. */
  readonly warmUp: number;
}

/** What the runs of one contestant have shown. Shares are of one core, from 0 to 1. */
export interface Result {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Requests a second, as a multiple of the bare server's in the same round. */
  readonly ratio: Spread;
  /** Processor time for a request: the bare server's in the same round, divided by this one's. */
  readonly cpuRatio: number;
  readonly cpuPerRequest: number;
  readonly p99: number;
  readonly serverShare: number;
  readonly generatorShare: number;
  readonly generatorCoreShare: number;
  /** The most that other processes took of the server's core in any run. */
  readonly othersShare: number;
  /** Rounds in which neither its run nor the bare server's was limited by the load generator. */
  readonly validRounds: number;
}

/** The runs of each contestant, by its name; the bare server comes first. */
export type Runs = Map<string, Run[]>;

/** Loads the contestants in turns, A B C … A B C …, the first of a round being last in the next. */
export async function runRounds(
  contestants: readonly Contestant[],
  load: Omit<Load, "seconds">,
  { rounds, seconds, warmUp }: Effort,
  runs: Runs,
  tools: { readonly signal: AbortSignal; progress(text: string): void },
): Promise<void> {
  tools.progress("  warming up");
  for (const contestant of contestants) {
    await runUnderLoad(contestant, { ...load, seconds: warmUp }, tools.signal);
  }
  for (let round = 0; round < rounds; round++) {
    tools.progress(`  round ${round + 1} of ${rounds}`);
    const first = round % contestants.length;
    for (const contestant of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const run = await runUnderLoad(contestant, { ...load, seconds }, tools.signal);
      const { name } = contestant;
      runs.set(name, [...(runs.get(name) ?? []), run]);
    }
  }
}

/** Compares each contestant with the bare server, the first one, round by round. */
export function compare(runs: Runs): Result[] {
  const [bare = []] = runs.values();
  return [...runs].map(([name, own]) => resultOf(name, own, bare));
}

function resultOf(name: string, own: readonly Run[], bare: readonly Run[]): Result {
  const pairs = own
    .map((run, round) => [run, bare[round] ?? run] as const)
    .filter(([run, base]) => !isInvalid(run) && !isInvalid(base));
  const medianOf = (figure: keyof Run) => median(own.map((run) => run[figure]));
  return {
    name,
    requestsPerSecond: medianOf("requestsPerSecond"),
    ratio: spreadOf(pairs.map(([run, base]) => run.requestsPerSecond / base.requestsPerSecond)),
    cpuRatio: median(pairs.map(([run, base]) => base.cpuPerRequest / run.cpuPerRequest)),
    cpuPerRequest: medianOf("cpuPerRequest"),
    p99: medianOf("p99"),
    serverShare: medianOf("serverShare"),
    generatorShare: medianOf("generatorShare"),
    generatorCoreShare: medianOf("generatorCoreShare"),
    othersShare: Math.max(...own.map((run) => run.othersShare)),
    validRounds: pairs.length,
  };
}
