import { type Asking, withContestants } from "../measure/contestant.ts";
import { compare, type Runs, runRounds } from "../measure/rounds.ts";
import { answerOf, demandSameBytes } from "../measure/same-bytes.ts";
import { fixed, table } from "../table.ts";
import type { Bench, Section } from "./bench.ts";
import { BARE, BARE_AGAIN, HALE_IN_STATE } from "./entries.ts";

const STATES = ["up", "degraded", "down", "starting", "draining"] as const;

/** How liveness is asked for in each format: as those who read it ask, or by its name. */
const ASKED: readonly (readonly [string, Asking])[] = [
  ["default", { path: "/livez", headers: ["Accept: */*"] }],
  ["`Accept: application/health+json`", accepting("application/health+json")],
  ["`?verbose`", { path: "/livez?verbose" }],
  [
    "a browser's `Accept`",
    accepting("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
  ],
  [
    "the `Accept` of Prometheus",
    accepting(
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
    ),
  ],
  ...["prometheus", "spring", "microprofile", "aspnet", "terminus"].map(
    (name) => [`\`?format=${name}\``, { path: `/livez?format=${name}` }] as const,
  ),
];

const CONNECTIONS = 100;

/** Liveness in every format and state, each beside a bare server that writes the same bytes. */
export const formats: Section = async (bench) => {
  const rows: string[][] = [];
  for (const [name, asking] of ASKED) {
    const cells: string[] = [];
    for (const state of STATES) {
      bench.progress(`formats: ${name}, ${state}`);
      cells.push(await ratioOf(bench, asking, state));
    }
    rows.push([name, ...cells]);
  }
  const noise = await ratioOf(bench, { path: "/livez" }, undefined);
  bench.print("### Liveness in every format and state");
  bench.print(table(["asked for by", ...STATES], rows));
  const { starts, rounds, seconds } = bench.effort;
  bench.print(
    `Requests a second as a multiple of those of a bare server that writes the same bytes, and by processor time, over ${CONNECTIONS} connections that are kept: medians of ${starts * rounds} runs of ${seconds} s, each between two runs of the bare server. Noise: a second bare server reached ${noise}.`,
  );
};

/** hale in a state, or a second bare server where none is given, beside a bare one. */
async function ratioOf(bench: Bench, asking: Asking, state: string | undefined): Promise<string> {
  const { effort, signal } = bench;
  const answer = await answerOf(HALE_IN_STATE, { state: state ?? "up" }, asking);
  const rival = state === undefined ? BARE_AGAIN : HALE_IN_STATE;
  const setting = state === undefined ? { answer } : { state };
  const load = { ...asking, status: answer.status, connections: CONNECTIONS, fresh: false };
  const runs: Runs = new Map();
  for (let start = 0; start < effort.starts; start++) {
    await withContestants(
      [
        [rival, setting],
        [BARE, { answer }],
      ],
      async ([contestant, bare]) => {
        if (contestant === undefined || bare === undefined) return;
        // Parts that are loaded on demand are present from the second response on.
        await contestant.answer(asking, "keep-alive");
        await demandSameBytes([bare, contestant], asking);
        await runRounds(contestant, bare, load, effort, runs, signal);
      },
    );
  }
  const [, result] = compare(runs, [BARE.name, rival.name]);
  return `${fixed(result?.ratio.median ?? Number.NaN, 3)} (${fixed(result?.cpuRatio ?? Number.NaN, 3)})`;
}

function accepting(types: string): Asking {
  return { path: "/livez", headers: [`Accept: ${types}`] };
}
