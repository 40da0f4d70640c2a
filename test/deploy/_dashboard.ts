import type {
  Dashboard,
  Panel,
  VariableModel,
} from "@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen";

/** The data source that the operator chooses at the top of the dashboard. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana puts the value of its variable here
const DATASOURCE = { type: "prometheus", uid: "${datasource}" } as const;

/** What every query is limited to. */
const OF_JOB = 'cluster=~"$cluster",namespace=~"$namespace",job=~"$job"';

/** A query, and the legend of its series. */
type Query = readonly [expression: string, legend: string];

interface Look {
  readonly type: "stat" | "timeseries" | "table" | "state-timeline";
  readonly unit: string;
  readonly width: number;
  /** Draws the series on top of each other. */
  readonly stacked?: boolean;
  /** The value from which it is red. */
  readonly redFrom?: number;
}

interface Described extends Look {
  readonly title: string;
  readonly description: string;
  readonly queries: readonly Query[];
}

/** The rows of the dashboard, each of panels from left to right. */
const ROWS: readonly (readonly [title: string, panels: readonly Described[]])[] = [
  [
    "Now",
    [
      {
        title: "Replicas",
        description: "Replicas that are scraped, and those that should be there.",
        ...{ type: "stat", unit: "none", width: 4 },
        queries: [
          [`sum(cluster_namespace_job:hale_replicas:count{${OF_JOB}})`, "present"],
          [`sum(cluster_namespace_job:hale_replicas_expected:max{${OF_JOB}})`, "expected"],
        ],
      },
      {
        title: "Down",
        description:
          "The share of replicas on which deep is down; those that are starting are left out.",
        ...{ type: "stat", unit: "percentunit", width: 4, redFrom: 0.01 },
        queries: [[`max(cluster_namespace_job:hale_probe_down:ratio{${OF_JOB}})`, "down"]],
      },
      {
        title: "Phases",
        description: "Replicas by phase; needs details.",
        ...{ type: "stat", unit: "none", width: 6 },
        queries: [[`sum by (phase) (hale_phase{${OF_JOB}})`, "{{phase}}"]],
      },
      {
        title: "Failing checks",
        description: "On how many of how many replicas a check is down, the worst first.",
        ...{ type: "table", unit: "none", width: 10 },
        queries: [
          [
            `sort_desc(sum by (cluster, namespace, job, check) (cluster_namespace_job_check:hale_check_down:count{${OF_JOB}}) > 0)`,
            "down",
          ],
          [
            `count by (cluster, namespace, job, check) (hale_check_state{${OF_JOB},state="down"}) and on (cluster, namespace, job, check) cluster_namespace_job_check:hale_check_down:count > 0`,
            "of",
          ],
        ],
      },
    ],
  ],
  [
    "Where",
    [
      {
        title: "Missing replicas",
        description: "The share of each service's expected replicas that is not scraped.",
        ...{ type: "timeseries", unit: "percentunit", width: 8, redFrom: 0.1 },
        queries: [
          [
            `1 - clamp_max(cluster_namespace_job:hale_replicas:count{${OF_JOB}} / cluster_namespace_job:hale_replicas_expected:max, 1)`,
            "{{job}}",
          ],
        ],
      },
      {
        title: "Worst zones",
        description:
          "The zone in which a check is down on the largest share of replicas; needs the label zone.",
        ...{ type: "table", unit: "percentunit", width: 8 },
        queries: [
          [
            `sort_desc(topk by (cluster, namespace, job, check) (1, cluster_namespace_job_check_zone:hale_check_down:ratio{${OF_JOB}} > 0))`,
            "down",
          ],
          [`cluster_namespace_job_check_zone:hale_check_down:count{${OF_JOB}} > 0`, "replicas"],
        ],
      },
      {
        title: "Alerts",
        description: "Alerts of hale that fire, one row for each cause.",
        ...{ type: "table", unit: "none", width: 8 },
        queries: [
          [
            `count by (cluster, namespace, job, alertname, severity, check, zone) (ALERTS{${OF_JOB},alertname=~"Hale.+",alertstate="firing"})`,
            "alerts",
          ],
        ],
      },
    ],
  ],
  [
    "Checks",
    [
      {
        title: "Replicas on which a check is down",
        description: "One line for each check, however many replicas there are.",
        ...{ type: "timeseries", unit: "percentunit", width: 12, redFrom: 0.5 },
        queries: [
          [`cluster_namespace_job_check:hale_check_down:ratio{${OF_JOB}}`, "{{job}} {{check}}"],
        ],
      },
      {
        title: "Duration of runs, 99 of 100",
        description: "The time below which 99 of 100 runs stay; needs details.",
        ...{ type: "timeseries", unit: "s", width: 12 },
        queries: [
          [
            `cluster_namespace_job_check:hale_check_run_duration_seconds:p99_5m{${OF_JOB}}`,
            "{{job}} {{check}}",
          ],
        ],
      },
      {
        title: "Runs",
        description: "Runs a second by outcome; needs details.",
        ...{ type: "timeseries", unit: "ops", width: 8, stacked: true },
        queries: [
          [
            `sum by (outcome) (cluster_namespace_job_check_outcome:hale_check_runs:rate5m{${OF_JOB}})`,
            "{{outcome}}",
          ],
        ],
      },
      {
        title: "Timeouts",
        description: "Runs that did not end within their timeout: the dependency does not respond.",
        ...{ type: "timeseries", unit: "ops", width: 8 },
        queries: [
          [
            `sum by (check) (rate(hale_check_timeouts_total{${OF_JOB}}[$__rate_interval]))`,
            "{{check}}",
          ],
        ],
      },
      {
        title: "Changes of state",
        description: "Changes of checks to each state.",
        ...{ type: "timeseries", unit: "none", width: 8, stacked: true },
        queries: [
          [
            `sum by (to) (increase(hale_check_transitions_total{${OF_JOB}}[$__rate_interval]))`,
            "{{to}}",
          ],
        ],
      },
    ],
  ],
  [
    "Probes and processes",
    [
      {
        title: "Responses to probes",
        description: "Responses a second by probe and HTTP status.",
        ...{ type: "timeseries", unit: "reqps", width: 12 },
        queries: [
          [
            `sum by (probe, code) (rate(hale_probe_responses_total{${OF_JOB}}[$__rate_interval])) > 0`,
            "{{probe}} {{code}}",
          ],
        ],
      },
      {
        title: "Event loops that stand still",
        description: "The share of time of the worst replica of a service; from the probe thread.",
        ...{ type: "timeseries", unit: "percentunit", width: 12, redFrom: 0.1 },
        queries: [
          [
            `max by (cluster, namespace, job) (rate(hale_event_loop_stalled_seconds_total{${OF_JOB}}[$__rate_interval]))`,
            "{{job}}",
          ],
        ],
      },
      {
        title: "Replicas that shut down",
        description: "Seconds since the longest drain of a service began.",
        ...{ type: "timeseries", unit: "s", width: 12, redFrom: 120 },
        queries: [
          [
            `max by (cluster, namespace, job) (time() - hale_shutdown_stage_start_time_seconds{${OF_JOB},stage="drain"})`,
            "{{job}}",
          ],
        ],
      },
      {
        title: "Versions of hale",
        description: "Replicas by version.",
        ...{ type: "timeseries", unit: "none", width: 12, stacked: true },
        queries: [[`count by (version) (hale_build_info{${OF_JOB}})`, "{{version}}"]],
      },
    ],
  ],
];

/** The variables at the top: where, and of which services. */
const VARIABLES: readonly VariableModel[] = [
  { name: "datasource", type: "datasource", query: "prometheus", label: "Data source" },
  chosen("cluster", "label_values(hale_probe_status, cluster)"),
  chosen("namespace", 'label_values(hale_probe_status{cluster=~"$cluster"}, namespace)'),
  chosen(
    "job",
    'label_values(hale_probe_status{cluster=~"$cluster",namespace=~"$namespace"}, job)',
  ),
];

function chosen(name: string, query: string): VariableModel {
  return {
    ...{ name, type: "query", query, datasource: DATASOURCE },
    ...{ multi: true, includeAll: true, allValue: ".*", refresh: 2, sort: 1 },
  };
}

const HEIGHT = 8;

/** Makes the dashboard. */
export function makeDashboard(): Dashboard {
  let id = 0;
  let y = 0;
  const panels = ROWS.flatMap(([title, described]) => {
    const row = {
      type: "row",
      id: ++id,
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    } as const;
    y += 1;
    let x = 0;
    const made = described.map((one) => {
      if (x + one.width > 24) {
        x = 0;
        y += HEIGHT;
      }
      const panel = makePanel(++id, one, { x, y, w: one.width, h: HEIGHT });
      x += one.width;
      return panel;
    });
    y += HEIGHT;
    return [{ ...row, panels: [] }, ...made];
  });
  return {
    title: "hale",
    uid: "hale",
    description:
      "The health of services: which check fails on how many replicas, how long it takes, and what probes are told.",
    tags: ["hale"],
    schemaVersion: 39,
    editable: true,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    templating: { list: [...VARIABLES] },
    panels,
  };
}

function makePanel(
  id: number,
  { title, description, type, unit, stacked, redFrom, queries }: Described,
  gridPos: NonNullable<Panel["gridPos"]>,
): Panel {
  const thresholds = {
    mode: "absolute" as never,
    steps: [
      { color: "green", value: null },
      ...(redFrom === undefined ? [] : [{ color: "red", value: redFrom }]),
    ],
  };
  return {
    ...{ id, type, title, description, gridPos, datasource: DATASOURCE },
    fieldConfig: {
      defaults: {
        ...{ unit, min: 0, thresholds },
        ...(stacked && { custom: { stacking: { mode: "normal", group: "A" }, fillOpacity: 30 } }),
      },
      overrides: [],
    },
    ...(type === "table" && { transformations: inOneTable(queries) }),
    targets: queries.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      ...{ datasource: DATASOURCE, expr, legendFormat },
      ...(type === "table" || type === "stat" ? { instant: true } : { range: true }),
      ...(type === "table" && { format: "table" }),
    })),
    ...(type === "table" && { transformations: [{ id: "merge", options: {} }] }),
  };
}

/** Puts the values of all queries of a table in one row for the same labels, under the names of their legends. */
function inOneTable(queries: readonly Query[]) {
  const columnOf = (index: number) =>
    queries.length === 1 ? "Value" : `Value #${String.fromCharCode(65 + index)}`;
  const renameByName = Object.fromEntries(
    queries.map(([, legend], index) => [columnOf(index), legend]),
  );
  return [
    { id: "merge", options: {} },
    { id: "organize", options: { excludeByName: { Time: true, __name__: true }, renameByName } },
  ];
}
