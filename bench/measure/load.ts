import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Asking, Contestant } from "./contestant.ts";
import { coreTime, GENERATOR_CORE, pinned, processTime, SERVER_CORE } from "./cores.ts";

/** The options of a load. */
export interface Load extends Asking {
  /** The status of every answer: 200, if nothing else is said. */
  readonly status?: number;
  readonly connections: number;
  /** Whether every request comes on a connection of its own. */
  readonly fresh: boolean;
  readonly seconds: number;
}

/** The result of one run under load. Shares are of one core, from 0 to 1. */
export interface Run {
  readonly requestsPerSecond: number;
  /** The 99th percentile of the latency, in milliseconds. */
  readonly p99: number;
  /** Microseconds of processor time that the server spent on a request. */
  readonly cpuPerRequest: number;
  readonly serverShare: number;
  readonly generatorShare: number;
  /** What the load generator and all else took of the generator's core. */
  readonly generatorCoreShare: number;
  /** What neither the server nor its interrupts took of its core, without having been idle. */
  readonly othersShare: number;
}

/** A share from which on a core counts as full. */
const FULL = 0.95;

/** Milliseconds at both ends of a run in which the shares are not watched. */
const EDGE = 150;

/** Whether the load generator, and not the server, was what a run was limited by. */
export function isInvalid({ generatorShare, serverShare }: Run): boolean {
  return generatorShare >= FULL && serverShare < FULL;
}

/** Loads a contestant with `wrk`, and fails unless every answer has the status that is expected. */
export async function runUnderLoad(
  contestant: Contestant,
  { path, headers = [], status = 200, connections, fresh, seconds }: Load,
  signal: AbortSignal,
): Promise<Run> {
  const before = await contestant.cpuTime();
  const [command, args] = pinned(GENERATOR_CORE, "wrk", [
    ...["--threads", "1", "--connections", String(connections), "--latency"],
    // A slow peer on a busy machine is slow, not broken.
    ...[
      "--timeout",
      "20s",
      "--duration",
      `${seconds}s`,
      ...[...headers, ...(fresh ? ["Connection: close"] : [])].flatMap((line) => [
        "--header",
        line,
      ]),
    ],
    `http://127.0.0.1:${contestant.port}${path}`,
  ]);
  const wrk = spawn(command, args, {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    signal,
  });
  const ended = once(wrk, "close");
  const [output, shares] = await Promise.all([
    text(wrk.stdout),
    watchShares(contestant.pid, wrk.pid as number, seconds * 1000, signal),
    ended,
  ]);
  const after = await contestant.cpuTime();
  const requests = found(output, /(\d+) requests in/);
  const broken = output.match(/Socket errors.*/)?.[0];
  const refused = Number(output.match(/Non-2xx or 3xx responses: (\d+)/)?.[1] ?? 0);
  if (requests === 0 || broken !== undefined || refused !== (status < 400 ? 0 : requests)) {
    const what = broken ?? (requests === 0 ? "no answer" : `${refused} of ${requests} not 2xx`);
    throw new Error(`${contestant.name} has failed under load: ${what}`);
  }
  return {
    requestsPerSecond: found(output, /Requests\/sec:\s+([\d.]+)/),
    p99: milliseconds(output.match(/99%\s+([\d.]+)(us|ms|s|m)/)),
    cpuPerRequest: (after - before) / requests,
    ...shares,
  };
}

async function watchShares(
  server: number,
  generator: number,
  duration: number,
  signal: AbortSignal,
): Promise<Pick<Run, "serverShare" | "generatorShare" | "generatorCoreShare" | "othersShare">> {
  const read = () => ({
    at: performance.now() / 1000,
    server: processTime(server) ?? Number.NaN,
    generator: processTime(generator) ?? Number.NaN,
    serverCore: coreTime(SERVER_CORE),
    generatorCore: coreTime(GENERATOR_CORE),
  });
  await delay(EDGE, undefined, { signal });
  const from = read();
  await delay(duration - 2 * EDGE, undefined, { signal });
  const to = read();
  const share = (key: Exclude<keyof typeof to, "at">) => (to[key] - from[key]) / (to.at - from.at);
  return {
    serverShare: share("server"),
    generatorShare: share("generator"),
    generatorCoreShare: share("generatorCore"),
    othersShare: Math.max(0, share("serverCore") - share("server")),
  };
}

function found(output: string, pattern: RegExp): number {
  const value = output.match(pattern)?.[1];
  if (value === undefined) throw new Error(`wrk has printed something unexpected:\n${output}`);
  return Number(value);
}

function milliseconds(match: RegExpMatchArray | null): number {
  const factors: Record<string, number> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };
  return Number(match?.[1]) * (factors[match?.[2] ?? ""] ?? Number.NaN);
}
