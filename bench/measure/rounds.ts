import type { Contestant } from "./contestant.ts";
import { isInvalid, type Load, type Run, runUnderLoad } from "./load.ts";
import { mean, median, type Spread, spreadOf } from "./statistics.ts";

/** How many runs, and how long each is. */
export interface Effort {
  /** How often every server is started afresh: two processes of one program are never quite alike. */
  readonly starts: number;
  /** Runs of each server after each start. */
  readonly rounds: number;
  /** Seconds of one run. */
  readonly seconds: number;
  /** Seconds for which each server is loaded in turns, after each start, before anything counts. */
  readonly warmUp: number;
}

/** The result of the runs of one contestant. Shares are of one core, from 0 to 1. */
export interface Result {
  readonly name: string;
  readonly requestsPerSecond: number;
  /** Requests a second, as a multiple of the mean of the bare server's just before and just after. */
  readonly ratio: Spread;
  /** Processor time for a request: the bare server's, just before and just after, over this one's. */
  readonly cpuRatio: number;
  readonly cpuPerRequest: number;
  readonly p99: number;
  readonly serverShare: number;
  readonly generatorShare: number;
  readonly generatorCoreShare: number;
  /** The most that other processes took of the server's core in any run. */
  readonly othersShare: number;
  /** Rounds in which neither its run nor those of the bare server were limited by the load generator. */
  readonly validRounds: number;
}

/** A run, and those of the bare server just before and just after it. */
export interface Turn {
  readonly run: Run;
  readonly bases: readonly Run[];
}

/** The turns of each contestant, by its name. */
export type Runs = Map<string, Turn[]>;

/**
 * Loads a contestant in turns with the bare server, both fresh from their start: the speed of a
 * machine drifts within seconds, and a server that has been idle for longer than the other is slower
 * from then on, since V8 takes memory back from it.
 */
export async function runRounds(
  contestant: Contestant,
  bare: Contestant,
  load: Omit<Load, "seconds">,
  { rounds, seconds, warmUp }: Effort,
  runs: Runs,
  signal: AbortSignal,
): Promise<void> {
  const measure = (one: Contestant) => runUnderLoad(one, { ...load, seconds }, signal);
  for (let warm = 0; warm < warmUp; warm += seconds) {
    await measure(bare);
    await measure(contestant);
  }
  let before = await measure(bare);
  for (let round = 0; round < rounds; round++) {
    const run = await measure(contestant);
    const after = await measure(bare);
    add(runs, contestant.name, { run, bases: [before, after] });
    add(runs, bare.name, { run: after, bases: [after] });
    before = after;
  }
}

function add(runs: Runs, name: string, turn: Turn): void {
  runs.set(name, [...(runs.get(name) ?? []), turn]);
}

/** Compares each contestant with the bare server, turn by turn; the bare server comes first. */
export function compare(runs: Runs, names: readonly string[]): Result[] {
  return names.map((name) => resultOf(name, runs.get(name) ?? []));
}

function resultOf(name: string, turns: readonly Turn[]): Result {
  const valid = turns.filter(({ run, bases }) => ![run, ...bases].some(isInvalid));
  const own = turns.map(({ run }) => run);
  const medianOf = (figure: keyof Run) => median(own.map((run) => run[figure]));
  const ratioOf = (figure: "requestsPerSecond" | "cpuPerRequest") =>
    valid.map(({ run, bases }) => run[figure] / mean(bases.map((base) => base[figure])));
  return {
    name,
    requestsPerSecond: medianOf("requestsPerSecond"),
    ratio: spreadOf(ratioOf("requestsPerSecond")),
    cpuRatio: 1 / median(ratioOf("cpuPerRequest")),
    cpuPerRequest: medianOf("cpuPerRequest"),
    p99: medianOf("p99"),
    serverShare: medianOf("serverShare"),
    generatorShare: medianOf("generatorShare"),
    generatorCoreShare: medianOf("generatorCoreShare"),
    othersShare: Math.max(...own.map((run) => run.othersShare)),
    validRounds: valid.length,
  };
}
