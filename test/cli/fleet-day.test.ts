import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { serve } from "../_support/serve.ts";
import { run } from "../servers/_run.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { toolPath } from "../servers/_tools.ts";
import { prometheus } from "../servers/prometheus.ts";
import { installCommand } from "./_installed-command.ts";

const hale = installCommand();
let server: RunningServer;

const NOW = Math.floor(Date.now() / 60_000) * 60;
const HOUR = 3600;

/** The samples of a series, one a minute; times are seconds from now. */
function samples(
  series: string,
  value: number | "+Inf",
  { from = -HOUR, to = HOUR } = {},
): string[] {
  const minutes = Array.from({ length: (to - from) / 60 }, (_, index) => NOW + from + 60 * index);
  return minutes.map((time) => `${series} ${value} ${time}`);
}

interface ReplicaStates {
  readonly down?: boolean;
  readonly checks?: readonly string[];
  readonly from?: number;
  readonly to?: number;
}

/** A replica that responds, with its states as they are scraped without details. */
function replica(
  labels: string,
  { down = false, checks = ["up"], ...times }: ReplicaStates = {},
): string[] {
  return [
    ...samples(`up{${labels}}`, 1, times),
    ...samples(`hale_probe_status{${labels},probe="deep",status="up"}`, down ? 0 : 1, times),
    ...samples(`hale_probe_status{${labels},probe="deep",status="down"}`, down ? 1 : 0, times),
    ...checks.flatMap((status) =>
      ["up", "down"].flatMap((state) =>
        samples(
          `hale_check_state{${labels},check="database",state="${state}"}`,
          state === status ? 1 : 0,
          times,
        ),
      ),
    ),
  ];
}

const firing = (labels: string) => samples(`ALERTS{${labels},alertstate="firing"}`, 1);
const targetsOf = (job: string) => `cluster_namespace_job:hale_targets:count{job="${job}"}`;

const SERIES = [
  // Dead for 20 hours.
  ...replica('job="dead",instance="1"', { from: -25 * HOUR, to: -20 * HOUR }),
  ...samples('up{job="dead",instance="1"}', 0, { from: -20 * HOUR }),
  // Dead for longer than a day; the rules have kept it.
  ...samples('up{job="long-dead",instance="1"}', 0),
  ...samples(targetsOf("long-dead"), 1),
  // Never a service of hale.
  ...samples('up{job="other",instance="1"}', 0),
  ...["a", "b", "c"].flatMap((zone) => replica(`job="zones",instance="${zone}",zone="${zone}"`)),
  ...samples('hale_expected_replicas{job="zones"}', 3),
  ...firing('job="zones",alertname="HaleZoneFailing",severity="warning",check="db",zone="c"'),
  // Of a replica, without its zone.
  ...firing('job="zones",alertname="HaleReplicaFailing",severity="warning",instance="c"'),
  ...replica('job="alerted",instance="1",zone="a"'),
  ...firing('job="alerted",alertname="HaleErrorBudgetBurn",severity="critical"'),
  // Of a Deployment of 4, one is no target.
  ...["1", "2", "3"].flatMap((instance) => replica(`job="pending",instance="${instance}"`)),
  ...samples('cluster_namespace_job:hale_replicas_expected:max{job="pending"}', 4),
  ...samples(targetsOf("pending"), 3),
  // Scaled down since the last evaluation of the rules, which knew of the targets alone.
  ...replica('job="scaled",instance="1"'),
  ...samples('cluster_namespace_job:hale_replicas_expected:max{job="scaled"}', 2),
  ...samples(targetsOf("scaled"), 2),
  ...replica('job="starts",instance="1"', { down: true }),
  ...replica('job="fails",instance="1"', { down: true, checks: ["down"] }),
  // Expected by series that are no numbers of replicas.
  ...replica('job="odd",instance="1"'),
  ...samples('hale_expected_replicas{job="odd"}', Number.NaN),
  ...samples('cluster_namespace_job:hale_replicas_expected:max{job="odd"}', "+Inf"),
  // Exposes no check.
  ...replica('job="hidden",instance="1"', { down: true, checks: [] }),
];

/** A real Prometheus that holds a day of series, and scrapes nothing. */
beforeAll(async () => {
  server = await prometheus.start();
  const file = join(server.folder, "series.txt");
  await writeFile(file, `${SERIES.join("\n")}\n# EOF\n`);
  const data = join(server.folder, "data");
  await run(toolPath("promtool"), ["tsdb", "create-blocks-from", "openmetrics", file, data]);
  await server.restart();
});
afterAll(() => server.stop());

async function fleetJson(...args: readonly string[]) {
  const { stdout, stderr } = await hale.run([
    ...["fleet", "--prometheus", server.url, "--json"],
    ...args,
  ]);
  expect(stderr).toBe("");
  const { groups, alerts } = JSON.parse(stdout) as {
    groups: { labels: { job: string }; healthy: boolean; [count: string]: unknown }[];
    alerts: { alert: string }[];
  };
  const rows = groups.map(({ labels, present, expected, down, healthy }) => [
    labels.job,
    `${present} of ${expected}, ${down} down, ${healthy ? "healthy" : "unhealthy"}`,
  ]);
  return { groups: Object.fromEntries(rows), alerts: alerts.map(({ alert }) => alert) };
}

test("a service that is dead stays, replicas that start are not down, and the rules say what is missing", async () => {
  const { groups, alerts } = await fleetJson();
  expect(groups).toEqual({
    dead: "0 of 1, 0 down, unhealthy",
    "long-dead": "0 of 1, 0 down, unhealthy",
    zones: "3 of 3, 0 down, healthy",
    alerted: "1 of 1, 0 down, unhealthy",
    pending: "3 of 4, 0 down, unhealthy",
    scaled: "1 of 1, 0 down, healthy",
    starts: "1 of 1, 0 down, healthy",
    fails: "1 of 1, 1 down, unhealthy",
    odd: "1 of 1, 0 down, healthy",
    hidden: "1 of 1, 1 down, unhealthy",
  });
  expect(alerts).toEqual(["HaleErrorBudgetBurn", "HaleReplicaFailing", "HaleZoneFailing"]);
});

test("of a part of each service, targets are what is expected, and alerts of other parts are left out", async () => {
  const { groups, alerts } = await fleetJson("--match", 'zone!="c"', "--match", 'job="zones"');
  expect(groups).toEqual({ zones: "2 of 2, 0 down, healthy" });
  expect(alerts).toEqual([]);
  const ofC = await fleetJson("--match", 'zone="c"');
  expect(ofC).toEqual({
    groups: { zones: "1 of 1, 0 down, healthy" },
    alerts: ["HaleReplicaFailing", "HaleZoneFailing"],
  });
  const ofA = await fleetJson("--match", 'zone="a"', "--match", 'job="zones"');
  expect(ofA.alerts).toEqual([]);
  const ofInstance = await fleetJson("--match", 'instance="c"');
  expect(ofInstance.alerts).toEqual(["HaleReplicaFailing", "HaleZoneFailing"]);
});

test("alerts of a whole service count for its parts", async () => {
  const { groups, alerts } = await fleetJson("--match", 'zone=~"a|b"');
  expect(groups).toEqual({
    zones: "2 of 2, 0 down, healthy",
    alerted: "1 of 1, 0 down, unhealthy",
  });
  expect(alerts).toEqual(["HaleErrorBudgetBurn"]);
});

test("--replicas has those of a service that is dead", async () => {
  const { stdout } = await hale.run([
    ...["fleet", "--prometheus", server.url, "--replicas", "--match", 'job="dead"'],
  ]);
  expect(stdout).toMatch(/^dead +1 +- +gone$/m);
});

test("when one query is refused, the others are given up with it", async () => {
  const silent = createServer((request, response) => {
    const expression = new URL(request.url ?? "", "http://localhost").searchParams.get("query");
    if (expression === "time()") {
      const data = { resultType: "scalar", result: [NOW, `${NOW}`] };
      response.end(JSON.stringify({ status: "success", data }));
    } else if (expression?.includes("ALERTS_FOR_STATE")) {
      response.writeHead(422).end('{"status":"error","error":"too many samples"}');
    }
  });
  const { base, close } = await serve(silent);
  onTestFinished(close);
  const ended = await hale.run(["fleet", "--prometheus", base, "--timeout", "1h"]);
  expect(ended).toMatchObject({ code: 69, stdout: "" });
  expect(ended.stderr).toContain("(status 422): too many samples.");
});
