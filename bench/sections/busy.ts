import { setTimeout as delay } from "node:timers/promises";
import { Contestant, type Entry } from "../measure/contestant.ts";
import { ALL_CORES, SERVER_CORE } from "../measure/cores.ts";
import { probeGrpc } from "../measure/grpc-prober.ts";
import { type Probed, probeAsKubelet, saidToStall } from "../measure/kubelet.ts";
import { fixed, percent, table } from "../table.ts";
import type { Section } from "./bench.ts";
import { HALE, HALE_GRPC_IN_THREAD, HALE_IN_THREAD, PEERS } from "./entries.ts";

const BUSY = { blocked: 3000, every: 4000 };
const EVERY = 50;

/** Probes of a service whose event loop stands still for 3 s of every 4 s. */
export const busy: Section = async ({ effort, signal, print, progress }) => {
  const seconds = (effort.starts * effort.rounds * BUSY.every) / 1000;
  const rows: string[][] = [];
  let worst = 0;
  for (const [cores, where] of [
    [ALL_CORES, "all"],
    [SERVER_CORE, "one"],
  ] as const) {
    for (const entry of [HALE_IN_THREAD, HALE_GRPC_IN_THREAD, HALE, ...PEERS.slice(0, 2)]) {
      progress(`busy: ${entry.name} on ${where}, ${seconds} s`);
      const { probed, error } = await probe(entry, cores, seconds, signal);
      worst = Math.max(worst, error);
      const { probes, missed, p99 } = probed;
      rows.push([
        entry.name,
        where,
        String(probes),
        `${missed} (${percent(missed / probes)})`,
        `${fixed(p99, 1)} ms`,
      ]);
    }
  }
  print("### Event loop that stands still for 3 s of every 4 s");
  print(table(["server", "cores of the process", "probes", "missed", "p99 of the others"], rows));
  print(
    `A probe every ${EVERY} ms for ${seconds} s on each: \`GET /livez\`, or \`Check\` of liveness over gRPC, a connection of its own, \`kube-probe/1.30\`, 1 s of patience. The time that readiness of the probe thread said the loop had not turned was ${fixed(worst, 0)} ms off at most.`,
  );
};

async function probe(
  entry: Entry,
  cores: number | string,
  seconds: number,
  signal: AbortSignal,
): Promise<{ probed: Probed; error: number }> {
  const contestant = await Contestant.start(entry, { busy: BUSY }, cores);
  try {
    const error = entry === HALE_IN_THREAD ? watchReason(contestant, seconds, signal) : 0;
    const pace = {
      every: EVERY,
      seconds,
      ...(entry === HALE_GRPC_IN_THREAD && { probe: probeGrpc }),
    };
    const probed = await probeAsKubelet(contestant.probePort, pace, signal);
    return { probed, error: await error };
  } finally {
    await contestant.stop();
  }
}

/** How far the stall that readiness tells of is from the one that there is, in milliseconds. */
async function watchReason(
  contestant: Contestant,
  seconds: number,
  signal: AbortSignal,
): Promise<number> {
  let blockedAt = Number.NaN;
  contestant.onBlocked((at) => {
    blockedAt = at;
  });
  let worst = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await delay(100, undefined, { signal });
    const before = hrtime();
    const said = await saidToStall(contestant.probePort);
    if (said === undefined) continue;
    // The answer was true at some moment between the two.
    const [least, most] = [before - blockedAt, hrtime() - blockedAt];
    worst = Math.max(worst, least - said, said - most);
  }
  return worst;
}

function hrtime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
