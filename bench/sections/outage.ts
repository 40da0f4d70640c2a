import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Contestant, type Entry, type PoolState } from "../measure/contestant.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";
import { type Databases, withDatabases } from "./databases.ts";
import { HALE, PEERS } from "./entries.ts";

const PROBES = 20;
/** Milliseconds from one probe to the next, and that a probe waits for its answer, as the kubelet's do. */
const PERIOD = 1000;
const PATIENCE = 1000;

interface Seen {
  /** The status of each probe's answer; 0 when it did not come in time. */
  readonly statuses: readonly number[];
  /** Seconds until the first answer came or was given up. */
  readonly first: number;
  readonly worst: PoolState;
}

/** Measures the responses and the pool connections of probes while a database stands still. */
export const outage: Section = (bench) =>
  withDatabases(async (databases) => {
    const rows: string[][] = [];
    for (const entry of [HALE, ...PEERS]) {
      bench.progress(`outage: ${PROBES} probes of ${entry.name}`);
      const { statuses, first, worst } = await probe(entry, databases, bench.signal);
      const count = (wanted: number) => String(statuses.filter((one) => one === wanted).length);
      rows.push([
        entry.name,
        count(503),
        count(0),
        `${fixed(first, 2)} s`,
        String(worst.taken),
        String(worst.waiting),
      ]);
    }
    bench.print(`### ${PROBES} deep probes while PostgreSQL stands still`);
    bench.print(
      table(
        ["server", "503", "missed", "first answer", "connections taken", "queries waiting for one"],
        rows,
      ),
    );
    bench.print(
      `One probe a second with a time limit of ${PATIENCE / 1000} s, on a connection of its own, while PostgreSQL is stopped with SIGSTOP; missed is what has no answer by then. The service has opened all ten connections of its pool before; the most that were taken a quarter of a second after any probe.`,
    );
  });

async function probe(entry: Entry, databases: Databases, signal: AbortSignal): Promise<Seen> {
  const contestant = await Contestant.start(entry, databases.urls);
  const url = `http://127.0.0.1:${contestant.port}/health/deep`;
  try {
    await contestant.usePool();
    if ((await ask(url)) !== 200)
      throw new Error(`${entry.name} is not healthy before the outage.`);
    // No answer from before the outage may be reused.
    await sleep(2 * PERIOD, undefined, { signal });
    await databases.pausePostgres();
    const begun = performance.now();
    let first = 0;
    const pools: PoolState[] = [];
    const statuses: Promise<number>[] = [];
    for (let index = 0; index < PROBES; index++) {
      await sleep(begun + index * PERIOD - performance.now(), undefined, { signal });
      statuses.push(ask(url));
      if (index === 0) {
        void statuses[0]?.then(() => {
          first = (performance.now() - begun) / 1000;
        });
      }
      await sleep(PERIOD / 4, undefined, { signal });
      pools.push(await contestant.pool());
    }
    return {
      statuses: await Promise.all(statuses),
      first,
      worst: {
        taken: Math.max(...pools.map(({ taken }) => taken)),
        waiting: Math.max(...pools.map(({ waiting }) => waiting)),
      },
    };
  } finally {
    await databases.resumePostgres();
    await contestant.stop();
  }
}

/** The status of one probe, or 0 when there is no answer in time. */
function ask(url: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: PATIENCE }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("timeout", () => request.destroy()).on("error", () => resolve(0));
  });
}
