import {
  type Asking,
  type Contestant,
  type Entry,
  type Setting,
  withContestants,
} from "../measure/contestant.ts";
import { GENERATOR_SHARES_CORE } from "../measure/cores.ts";
import type { Load } from "../measure/load.ts";
import { compare, type Result, type Runs, runRounds } from "../measure/rounds.ts";
import { answerOf, demandSameBytes } from "../measure/same-bytes.ts";
import { fixed, percent, table, whole } from "../table.ts";
import type { Bench, Section } from "./bench.ts";
import { withDatabases } from "./databases.ts";
import {
  BARE,
  BARE_AGAIN,
  BARE_WITH_CLIENTS,
  HALE,
  HALE_BEFORE_EXPRESS,
  HALE_IN_EXPRESS,
  PEERS,
} from "./entries.ts";

interface Scenario {
  readonly title: string;
  readonly load: Omit<Load, "seconds">;
  /** Those that answer with the very bytes of the bare servers. */
  readonly identical: readonly [Entry, ...Entry[]];
  readonly others: readonly Entry[];
}

/** Liveness over connections that are kept. */
export const liveness: Section = (bench) =>
  run(bench, {
    title: "Liveness, 100 connections that are kept",
    load: { path: "/livez", connections: 100, fresh: false },
    identical: [HALE, HALE_BEFORE_EXPRESS],
    others: [HALE_IN_EXPRESS, ...PEERS],
  });

/** Liveness with a connection for each probe, as the kubelet asks. */
export const fresh: Section = (bench) =>
  run(bench, {
    title: "Liveness, a fresh connection for each probe, 100 at a time",
    load: { path: "/livez", connections: 100, fresh: true },
    identical: [HALE, HALE_BEFORE_EXPRESS],
    others: [],
  });

/** Deep with real dependencies. */
export const deep: Section = (bench) =>
  withDatabases(({ urls }) =>
    run(
      bench,
      {
        title: "Deep with PostgreSQL and Redis, 100 concurrent probes",
        load: { path: "/health/deep", connections: 100, fresh: false },
        identical: [HALE],
        others: PEERS,
      },
      urls,
    ),
  );

async function run(bench: Bench, scenario: Scenario, urls: Setting = {}): Promise<void> {
  const { title, load, identical, others } = scenario;
  const { starts } = bench.effort;
  const runs: Runs = new Map();
  const lengths = new Map<string, number>();
  const model = await answerOf(identical[0], urls, load);
  const withClients = urls.postgres === undefined ? [] : [BARE_WITH_CLIENTS];
  const earlier = bench.before === undefined ? [] : [bench.before];
  const rivals = [
    [BARE_AGAIN, { answer: model }] as const,
    ...withClients.map((entry) => [entry, { ...urls, answer: model }] as const),
    ...[...identical, ...others, ...earlier].map((entry) => [entry, urls] as const),
  ];
  for (let start = 0; start < starts; start++) {
    for (const rival of rivals) {
      bench.progress(`${title}: start ${start + 1} of ${starts}, ${rival[0].name}`);
      await withContestants([rival, [BARE, { answer: model }]], async ([contestant, bare]) => {
        if (contestant === undefined || bare === undefined) return;
        if (![...others, ...earlier].includes(rival[0]))
          await demandSameBytes([bare, contestant], load);
        for (const one of [bare, contestant]) {
          lengths.set(one.name, await answerLength(one, load));
        }
        await runRounds(contestant, bare, load, bench.effort, runs, bench.signal);
      });
    }
  }
  const names = [BARE, ...rivals.map(([entry]) => entry)].map(({ name }) => name);
  print(bench, title, compare(runs, names), lengths, urls.postgres !== undefined);
}

async function answerLength(contestant: Contestant, load: Asking): Promise<number> {
  return (await contestant.answer(load, "keep-alive")).bytes.length;
}

function print(
  bench: Bench,
  title: string,
  results: readonly Result[],
  bytes: ReadonlyMap<string, number>,
  withDependencies: boolean,
): void {
  const { starts, rounds, seconds } = bench.effort;
  bench.print(`### ${title}`);
  bench.print(
    table(
      [
        "server",
        "requests/s",
        "ratio to bare",
        "min–max",
        "ratio by CPU",
        "CPU/request",
        "p99",
        "answer",
        "server busy",
        "generator busy",
        "its core busy",
        "valid rounds",
      ],
      results.map((result) => [
        result.name,
        whole(result.requestsPerSecond),
        fixed(result.ratio.median, 3),
        `${fixed(result.ratio.least, 3)}–${fixed(result.ratio.most, 3)}`,
        fixed(result.cpuRatio, 3),
        `${fixed(result.cpuPerRequest, 1)} µs`,
        `${fixed(result.p99, 1)} ms`,
        `${bytes.get(result.name)} B`,
        percent(result.serverShare),
        percent(result.generatorShare),
        percent(result.generatorCoreShare),
        validity(result, starts * rounds * (result.name === BARE.name ? results.length - 1 : 1)),
      ]),
    ),
  );
  const again = results[1] as Result;
  const worst = Math.max(...results.map(({ othersShare }) => othersShare));
  bench.print(
    [
      `Medians of ${starts * rounds} runs of ${seconds} s, ${rounds} after each fresh start of the server, each between two runs of the bare server, whose mean it is compared with.`,
      `Noise: the second bare server reached ${fixed(again.ratio.median, 3)} (${fixed(again.ratio.least, 3)}–${fixed(again.ratio.most, 3)}) of the first; by CPU, ${fixed(again.cpuRatio, 3)}.`,
      `Besides the server, its core was busy for ${percent(worst)} of a run at most.`,
      ...(withDependencies && GENERATOR_SHARES_CORE
        ? ["There are two cores, so the databases share the load generator's."]
        : []),
    ].join(" "),
  );
}

function validity({ validRounds }: Result, rounds: number): string {
  const count = `${validRounds}/${rounds}`;
  return validRounds * 2 > rounds ? count : `INVALID (${count})`;
}
