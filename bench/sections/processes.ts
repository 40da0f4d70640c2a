import { connect } from "node:net";
import { type Contestant, type Entry, withContestants } from "../measure/contestant.ts";
import { compare, type Runs, runRounds } from "../measure/rounds.ts";
import { answerOf } from "../measure/same-bytes.ts";
import { fixed, table } from "../table.ts";
import type { Section } from "./bench.ts";
import { withDatabases } from "./databases.ts";
import { BARE, HALE } from "./entries.ts";

/** Processes of each kind. */
const PROCESSES = 10;

/** A larger young generation lets more late answers survive a scavenge together. */
const PROVOKED = { flags: ["--min-semi-space-size=16"] };

const LOAD = { path: "/health/deep", connections: 100, fresh: false };

/** How often all callers hang up while the checks run. */
const HANG_UPS = 20;

/** Deep in many processes: V8 decides in each of them anew how it compiles what answers. */
export const processes: Section = (bench) =>
  withDatabases(async ({ urls }) => {
    const rows: string[][] = [];
    const { before } = bench;
    const versions = before === undefined ? [HALE] : [HALE, before];
    for (const entry of versions.flatMap((version) => [version, provoked(version)])) {
      const ratios: number[] = [];
      for (let process = 1; process <= PROCESSES; process++) {
        bench.progress(`processes: ${entry.name}, ${process} of ${PROCESSES}`);
        ratios.push(await ratioIn(entry));
      }
      const slow = ratios.filter((ratio) => ratio < 0.8).length;
      rows.push([entry.name, ratios.map((ratio) => fixed(ratio, 2)).join(", "), String(slow)]);
    }
    bench.print("### Deep with PostgreSQL and Redis, process by process");
    bench.print(
      table(["server", "requests/s of each process, as a multiple of bare", "below 0.8"], rows),
    );

    async function ratioIn(entry: Entry): Promise<number> {
      const answer = await answerOf(entry, urls, LOAD);
      const runs: Runs = new Map();
      await withContestants(
        [
          [entry, urls],
          [BARE, { answer }],
        ],
        async ([contestant, bare]) => {
          if (contestant === undefined || bare === undefined) return;
          if (entry.flags === PROVOKED.flags) await hangUp(contestant);
          const effort = { ...bench.effort, starts: 1, rounds: 3 };
          await runRounds(contestant, bare, LOAD, effort, runs, bench.signal);
        },
      );
      return compare(runs, [entry.name])[0]?.ratio.median ?? Number.NaN;
    }
  });

function provoked(entry: Entry): Entry {
  return { ...entry, ...PROVOKED, name: `${entry.name}, 100 callers hang up at first` };
}

/** Opens many connections that ask, and close their side before the checks have run. */
async function hangUp({ port }: Contestant): Promise<void> {
  for (let time = 0; time < HANG_UPS; time++) {
    const gone = Array.from({ length: LOAD.connections }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(`GET ${LOAD.path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
      socket.resume();
      return new Promise<void>((resolve) => socket.on("close", () => resolve()));
    });
    await Promise.all(gone);
    // The results are reused for a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
  }
}
