import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  fleetQueries,
  replicaQueries,
  SERVICE_LABELS,
} from "../../src/cli/internal/fleet/fleet-queries.ts";
import { makeDashboard } from "../../test/deploy/_dashboard.ts";
import { type FleetExporter, fleetConfig, startFleetExporter } from "../../test/deploy/_fleet.ts";
import type { RunningServer } from "../../test/servers/_running-server.ts";
import { prometheus } from "../../test/servers/prometheus.ts";
import { fixed, table, whole } from "../table.ts";
import type { Bench, Section } from "./bench.ts";

const REPLICAS = 10_000;

/** Requests that the exporter is scraped by, so that none is larger than Prometheus reads at once. */
const PARTS = 20;

/** Seconds between two scrapes, and between two evaluations of the rules. */
const INTERVAL = 15;

/** Seconds for which Prometheus scrapes alone. */
const SCRAPING = 60;

const SELECTION = { by: SERVICE_LABELS, zoneLabel: "zone", matchers: [] };

/**
 * What a real Prometheus takes for the series of 10,000 replicas: memory, and the processor time of scrapes, of every rule, of
 * every panel and of `hale fleet`. Times of the wall would be those of the whole machine.
 */
export const fleet: Section = async (bench) => {
  bench.print("### A fleet of 10,000 replicas");
  for (const details of [false, true]) {
    const what = details ? "details" : "states alone";
    const exporter = await startFleetExporter({ replicas: REPLICAS, details });
    const server = await prometheus.start();
    try {
      bench.progress(`fleet: ${whole(REPLICAS)} replicas, ${what}`);
      const measured = await measure(server, exporter, bench);
      bench.print(table(HEADS, [[what, ...measured.row]]));
      bench.print(table([`costliest rules and panels, ${what}`, "processor"], measured.slowest));
    } finally {
      await server.stop();
      await exporter.close();
    }
  }
  bench.print(
    `One exporter writes the series of ${whole(REPLICAS)} replicas with two checks each; Prometheus reads them in ${PARTS} requests every ${INTERVAL} s, and evaluates the rules of \`deploy/\`. Memory is the most that it held. Times are those of its processor, means of ${bench.effort.rounds} runs: *one scrape* is that of all replicas, *all rules* one evaluation of each, *panel* the costliest of the dashboard for one moment, *\`hale fleet\`* all its queries together.`,
  );
};

const HEADS = [
  ...["scraped with", "series", "recorded", "memory", "one scrape", "all rules"],
  ...["panel", "`hale fleet`", "with `--replicas`"],
];

async function measure(server: RunningServer, exporter: FleetExporter, bench: Bench) {
  const { signal, effort } = bench;
  const wait = (seconds: number) => delay(seconds * 1000, undefined, { signal });
  const rules = new URL("../../deploy/prometheus/hale.rules.yml", import.meta.url);
  await writeFile(join(server.folder, "hale.rules.yml"), await readFile(rules));
  const config = (files: readonly string[]) =>
    fleetConfig(exporter, { parts: PARTS, interval: `${INTERVAL}s`, rules: files });
  await reconfigure(server, config([]));
  await wait(INTERVAL * 2);
  const before = processorOf(server);
  await wait(SCRAPING);
  const scrape = ((processorOf(server) - before) * INTERVAL) / SCRAPING;

  await reconfigure(server, config(["hale.rules.yml"]));
  let all: Group["rules"] = [];
  do {
    await wait(INTERVAL);
    const { groups } = await get<{ groups: Group[] }>(server, "/api/v1/rules", signal);
    all = groups.flatMap((group) => group.rules);
    const broken = all.filter(({ health }) => health === "err").map(({ name }) => name);
    if (broken.length > 0) throw new Error(`Rules failed: ${broken.join(", ")}`);
  } while (all.length === 0 || all.some(({ health }) => health !== "ok"));
  const { headStats } = await get<{ headStats: { numSeries: number } }>(
    server,
    "/api/v1/status/tsdb",
    signal,
  );
  // Nothing else takes processor time from here on, and every query is about the moment before.
  const time = Math.floor(Date.now() / 1000);
  await reconfigure(server, "scrape_configs: []\n");
  await wait(INTERVAL * 2);
  const costOf = async (query: string) => {
    const path = `/api/v1/query?time=${time}&query=${encodeURIComponent(query)}`;
    const from = processorOf(server);
    for (let run = 0; run < effort.rounds; run++) await get(server, path, signal);
    return (processorOf(server) - from) / effort.rounds;
  };
  const costs = async (queries: readonly (readonly [name: string, query: string])[]) => {
    const found: { name: string; cost: number }[] = [];
    for (const [name, query] of queries) found.push({ name, cost: await costOf(query) });
    return found.sort((one, other) => other.cost - one.cost);
  };
  const ofRules = await costs(all.map(({ name, query }) => [`rule \`${name}\``, query]));
  const ofPanels = await costs(panelQueries());
  const ofFleet = await costs(Object.entries(fleetQueries(SELECTION)));
  const ofReplicas = await costs(Object.entries(replicaQueries(SELECTION)));
  const recorded = await get<{ result: readonly { value: [number, string] }[] }>(
    server,
    `/api/v1/query?time=${time}&query=${encodeURIComponent('count({__name__=~"cluster_namespace_job(_check|_zone|_check_zone|_check_outcome)?:hale_.+"})')}`,
    signal,
  );
  const sum = (of: readonly { cost: number }[]) => of.reduce((total, { cost }) => total + cost, 0);
  return {
    row: [
      whole(headStats.numSeries),
      recorded.result[0]?.value[1] ?? "0",
      `${whole(peakMemoryOf(server) / 2 ** 20)} MB`,
      seconds(scrape),
      seconds(sum(ofRules)),
      seconds(ofPanels[0]?.cost ?? Number.NaN),
      seconds(sum(ofFleet)),
      seconds(sum(ofFleet) + sum(ofReplicas)),
    ],
    slowest: [...ofRules.slice(0, 4), ...ofPanels.slice(0, 2)].map(({ name, cost }) => [
      name,
      seconds(cost),
    ]),
  };
}

const seconds = (value: number) => `${fixed(value, 2)} s`;

/** Makes Prometheus read another configuration, without a restart. */
async function reconfigure(server: RunningServer, config: string): Promise<void> {
  await writeFile(join(server.folder, "prometheus.yml"), config);
  process.kill(server.pid, "SIGHUP");
}

interface Group {
  readonly rules: readonly {
    readonly name: string;
    readonly query: string;
    readonly health: string;
  }[];
}

function panelQueries(): readonly (readonly [name: string, query: string])[] {
  return (makeDashboard().panels ?? []).flatMap(({ title = "", ...panel }) =>
    ("targets" in panel ? (panel.targets ?? []) : []).map(({ expr, refId }) => {
      const query = String(expr)
        .replaceAll("$__rate_interval", "1m")
        .replaceAll(/\$(?:cluster|namespace|job)/g, ".*");
      return [`panel ${title}, ${refId}`, query] as const;
    }),
  );
}

/** The processor time that a process has taken, in seconds. */
function processorOf({ pid }: RunningServer): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that a process has held, in bytes. */
function peakMemoryOf({ pid }: RunningServer): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function get<Data>(server: RunningServer, path: string, signal: AbortSignal): Promise<Data> {
  const answer = await fetch(`${server.url}${path}`, { signal });
  const { status, data, error } = (await answer.json()) as {
    status: string;
    data: Data;
    error?: string;
  };
  if (status !== "success") throw new Error(`Prometheus could not answer ${path}: ${error}`);
  return data;
}
