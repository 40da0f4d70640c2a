import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { FormatQuery } from "../../src/contract/format.ts";
import type { CheckReport, Report } from "../../src/contract/report.ts";
import { prometheus } from "../../src/formats/prometheus.ts";
import { bodyOf } from "../contracts/format-body.ts";
import { CACHE, DATABASE, WITH_FIGURES } from "../contracts/format-reports.ts";

/** What a replica of the fleet is in. */
type ReplicaState = "up" | "down" | "degraded" | "starting" | "gone";

export interface FleetOptions {
  readonly replicas: number;
  /** Whether each replica writes its counts and times, or its states alone. */
  readonly details: boolean;
}

const ZONES = ["a", "b", "c"] as const;

/**
 * The plan of a fleet of so many replicas. Nine of ten are of the service `shop`, in three zones: of `c` most have no
 * database, of `b` some are gone, of `a` some start and some have a slow cache. The others are of `orders`, which is up and
 * should have a tenth more.
 */
function replicaOf(index: number, { replicas }: FleetOptions) {
  const isOrders = index >= replicas * 0.9;
  const job = isOrders ? "orders" : "shop";
  const zone = ZONES[index % 3] as string;
  const instance = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:9001`;
  return { job, zone, instance, state: isOrders ? "up" : stateOf(index) } as const;
}

function stateOf(index: number): ReplicaState {
  if (index % 60 === 13) return "gone";
  if (index % 90 === 21) return "starting";
  if (index % 3 === 2 && index % 10 !== 5) return "down";
  return index % 60 === 0 ? "degraded" : "up";
}

function reportOf(state: ReplicaState): Report {
  const of = (check: CheckReport, status: CheckReport["status"]): CheckReport => ({
    ...check,
    status,
    ...(status !== "up" && { reason: `${check.name} is ${status}` }),
  });
  return {
    probe: "deep",
    status: state === "starting" ? "down" : (state as Exclude<ReplicaState, "gone" | "starting">),
    phase: state === "starting" ? "starting" : "serving",
    checks: [
      of(DATABASE, state === "down" ? "down" : "up"),
      of(CACHE, state === "degraded" ? "degraded" : "up"),
    ],
    tasks: [],
  };
}

/** Numbers that grow from scrape to scrape. No check changes its state. */
const COUNTER = /^(?!hale_check_transitions)\w+(?:_total|_bucket|_sum|_count)$/;

/** The counts of a replica that does not drain. */
const FIGURES: FormatQuery = {
  ...WITH_FIGURES,
  figures: {
    ofChecks: WITH_FIGURES.figures?.ofChecks ?? new Map(),
    ofProcess: (name) => (name === "drain" ? 0 : (WITH_FIGURES.figures?.ofProcess(name) ?? 0)),
  },
};

/** The exporter of a fleet, at a port of its own. */
export interface FleetExporter {
  readonly port: number;
  /** The series that all replicas have, without what Prometheus adds. */
  readonly series: number;
  close(): Promise<void>;
}

/**
 * Starts an exporter that writes the series of all replicas as if each had been scraped, in the bytes that hale writes,
 * with the labels of a target added. `?part=0&parts=4` is a quarter of them.
 */
export async function startFleetExporter(options: FleetOptions): Promise<FleetExporter> {
  const templates = new Map<ReplicaState, readonly Line[]>();
  const exposure = options.details ? "details" : "checks";
  for (const state of ["up", "down", "degraded", "starting"] as const) {
    const body = await bodyOf(prometheus, reportOf(state), exposure, FIGURES);
    templates.set(state, linesOf(body));
  }
  const all = Array.from({ length: options.replicas }, (_, index) => replicaOf(index, options));
  const blocks = all.map(({ job, zone, instance, state }) => {
    const labels = `namespace="eu",job="${job}",instance="${instance}",zone="${zone}"`;
    const up = `up{${labels}} ${state === "gone" ? 0 : 1}\n`;
    return { labels, up, lines: templates.get(state) ?? [] };
  });
  const orders = all.filter(({ job }) => job === "orders").length;
  const expected = `hale_expected_replicas{namespace="eu",job="orders"} ${orders * 1.1}\n`;
  let scrapes = 0;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    const part = Number(searchParams.get("part") ?? 0);
    const parts = Number(searchParams.get("parts") ?? 1);
    if (part === 0) scrapes++;
    response.setHeader("content-type", "text/plain; version=0.0.4");
    if (part === 0) response.write(expected);
    for (const [index, { labels, up, lines }] of blocks.entries()) {
      if (index % parts === part) response.write(up + linesWith(lines, labels, scrapes));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    series: blocks.reduce((sum, { lines }) => sum + lines.length + 1, 1),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A sample line in its parts. */
interface Line {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
  readonly grows: boolean;
}

function linesOf(body: string): readonly Line[] {
  return [...body.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = "", labels = "", value]) => ({
      name,
      labels: labels === "" ? "" : `,${labels}`,
      value: Number(value),
      grows: COUNTER.test(name),
    }),
  );
}

function linesWith(lines: readonly Line[], target: string, scrapes: number): string {
  let text = "";
  for (const { name, labels, value, grows } of lines) {
    text += `${name}{${target}${labels}} ${grows ? value + scrapes : value}\n`;
  }
  return text;
}

/** The configuration of a Prometheus that scrapes an exporter in so many parts, with rules in files beside it. */
export function fleetConfig(
  { port }: Pick<FleetExporter, "port">,
  { parts = 1, interval = "1s", rules = [] as readonly string[] } = {},
): string {
  const targets = Array.from(
    { length: parts },
    (_, part) =>
      `      - { targets: ["127.0.0.1:${port}"], labels: { __param_part: "${part}", __param_parts: "${parts}", part: "${part}" } }`,
  );
  return `
global: { scrape_interval: ${interval}, scrape_timeout: ${interval}, evaluation_interval: ${interval} }
rule_files: [${rules.join(", ")}]
scrape_configs:
  - job_name: exporter
    honor_labels: true
    metric_relabel_configs: [{ action: labeldrop, regex: part }]
    static_configs:
${targets.join("\n")}
`;
}

/** The rules of hale, whose minutes pass in a second each, so that alerts fire within a test. */
export function hurried(rules: string): string {
  return rules.replace(/^(\s+for:) \d+m$/gm, "$1 1s").replace(/offset \d+m$/gm, "offset 1s");
}
