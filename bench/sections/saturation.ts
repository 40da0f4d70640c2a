import { Contestant, type Entry } from "../measure/contestant.ts";
import { probeAsKubelet } from "../measure/kubelet.ts";
import { runUnderLoad } from "../measure/load.ts";
import { spreadOf } from "../measure/statistics.ts";
import { fixed, percent, table, whole } from "../table.ts";
import type { Bench, Section } from "./bench.ts";
import { BARE, HALE, HALE_IN_THREAD, PEERS } from "./entries.ts";

const WORK = 2;
const CONNECTIONS = 256;
const EVERY = 100;

/** Probes of a service that is given all that it can do, and what the thread takes of that. */
export const saturation: Section = async (bench) => {
  const { effort, print } = bench;
  const seconds = effort.starts * effort.rounds * effort.seconds * 6;
  const rows: string[][] = [];
  for (const entry of [HALE_IN_THREAD, HALE, ...PEERS.slice(0, 2)]) {
    bench.progress(`saturation: ${entry.name}, ${seconds} s`);
    const { probes, missed, p99, requestsPerSecond } = await saturate(entry, seconds, bench);
    rows.push([
      entry.name,
      String(probes),
      `${missed} (${percent(missed / probes)})`,
      `${fixed(p99, 1)} ms`,
      whole(requestsPerSecond),
    ]);
  }
  print(`### ${CONNECTIONS} connections on a handler that takes ${WORK} ms`);
  print(table(["server", "probes", "missed", "p99 of the others", "requests/s"], rows));
  print(
    `A probe every ${EVERY} ms for ${seconds} s, as the kubelet sends it, with 1 s of patience; the whole process on one core.`,
  );
  await compareThroughput(bench);
};

async function saturate(entry: Entry, seconds: number, { signal }: Bench) {
  const contestant = await Contestant.start(entry, { workFor: WORK });
  try {
    const load = { path: "/work", connections: CONNECTIONS, fresh: false, seconds };
    const [probed, run] = await Promise.all([
      probeAsKubelet(contestant.probePort, { every: EVERY, seconds }, signal),
      runUnderLoad(contestant, load, signal),
    ]);
    return { ...probed, requestsPerSecond: run.requestsPerSecond };
  } finally {
    await contestant.stop();
  }
}

/** The service without hale and with its thread, in turns, each between two runs of the other. */
async function compareThroughput(bench: Bench): Promise<void> {
  const { effort, signal, print, progress } = bench;
  const load = {
    path: "/work",
    connections: CONNECTIONS,
    fresh: false,
    seconds: 4 * effort.seconds,
  };
  const ratios: number[] = [];
  const again: number[] = [];
  for (let start = 0; start < effort.starts; start++) {
    const setting = { workFor: WORK, answer: { status: 404, headers: {}, body: "", bytes: "" } };
    const without = await Contestant.start(BARE, setting);
    const thread = await Contestant.start(HALE_IN_THREAD, setting);
    try {
      const run = async (contestant: Contestant) =>
        (await runUnderLoad(contestant, load, signal)).requestsPerSecond;
      await run(without);
      await run(thread);
      for (let round = 0; round < 2 * effort.rounds; round++) {
        progress(`saturation: throughput, round ${round + 1} of ${2 * effort.rounds}`);
        const before = await run(without);
        const with_ = await run(thread);
        const after = await run(without);
        ratios.push((2 * with_) / (before + after));
        again.push(after / before);
      }
    } finally {
      await Promise.all([without.stop(), thread.stop()]);
    }
  }
  const [ratio, noise] = [spreadOf(ratios), spreadOf(again)];
  print(
    `Throughput of the service with the probe thread, of that without hale: ${fixed(ratio.median, 3)} (${fixed(ratio.least, 3)}–${fixed(ratio.most, 3)}), the median of ${ratios.length} runs of ${load.seconds} s, each between two runs without. Noise: of these two, the second reached ${fixed(noise.median, 3)} (${fixed(noise.least, 3)}–${fixed(noise.most, 3)}) of the first.`,
  );
}
