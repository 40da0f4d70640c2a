import { readFile, writeFile } from "node:fs/promises";
import { createServer, request as sendRequest } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { PrometheusClient } from "../../src/cli/internal/fleet/prometheus-client.ts";
import { readFleet } from "../../src/cli/internal/fleet/read-fleet.ts";
import { CERTIFICATE } from "../_support/certificate.ts";
import { makeFolder } from "../_support/folder.ts";
import { serve } from "../_support/serve.ts";
import { closedPort } from "../_support/tcp.ts";
import { fleetConfig, hurried, startFleetExporter } from "../deploy/_fleet.ts";
import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { prometheus } from "../servers/prometheus.ts";
import { startRaw, startSilent } from "./_endpoints.ts";
import { installCommand } from "./_installed-command.ts";
import { startInPty } from "./_pty.ts";

const hale = installCommand();
const closes: (() => unknown)[] = [];
let server: RunningServer;

/** The alerts of the fleet, once all of them fire. */
const ALERTS = [
  ["HaleReplicaGone", 3],
  ["HaleReplicasMissing", 1],
  ["HaleNeverReady", 2],
  ["HaleZoneFailing", 1],
] as const;

/** A real Prometheus with the series of 200 replicas of two services, and with hale's rules. */
beforeAll(async () => {
  const exporter = await startFleetExporter({ replicas: 200, details: true });
  closes.push(exporter.close);
  server = await prometheus.start();
  closes.push(server.stop);
  const rules = await readFile("deploy/prometheus/hale.rules.yml", "utf8");
  await writeFile(join(server.folder, "hale.rules.yml"), hurried(rules));
  await writeFile(
    join(server.folder, "prometheus.yml"),
    fleetConfig(exporter, { interval: "5s", rules: ["hale.rules.yml"] }),
  );
  await server.restart();
  await until(
    "every alert fires",
    async () => {
      const query = encodeURIComponent('count by (alertname) (ALERTS{alertstate="firing"})');
      const answer = await fetch(`${server.url}/api/v1/query?query=${query}`);
      const { data } = (await answer.json()) as {
        data: { result: { metric: { alertname: string }; value: [number, string] }[] };
      };
      const firing = data.result.map(({ metric, value }) => `${metric.alertname} ${value[1]}`);
      return ALERTS.every(([name, count]) => firing.includes(`${name} ${count}`));
    },
    150_000,
  );
}, 180_000);

afterAll(async () => {
  for (const close of closes.reverse()) await close();
});

const fleet = (...args: readonly string[]) =>
  hale.run(["fleet", "--prometheus", server.url, ...args]);

/** The result of a run with `--json`. */
async function fleetJson(...args: readonly string[]) {
  const { stdout, stderr } = await fleet("--json", ...args);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("of 200 replicas in a real Prometheus", () => {
  test("the table has a row for each service, check and cause, and none for a replica", async () => {
    const { code, stdout, stderr } = await fleet();
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    const lines = stdout.replace(/ +(?:\d+[ms] ?)+$/gm, " TIME").split("\n");
    expect(lines).toEqual([
      "unhealthy: 2 of 2 services of the last day, 197 of 202 replicas present, 54 down, 7 alerts",
      "",
      "SERVICE       PRESENT  DOWN  STARTING  WORST ZONE",
      "eu/shop    177 of 180    54         2  c 54 of 60",
      "eu/orders    20 of 22     0         0  -",
      "",
      "SERVICE  CHECK     STATE      REPLICAS  WORST ZONE",
      "eu/shop  database  down      54 of 177  c 54 of 60",
      "eu/shop  cache     degraded   3 of 177  a 3 of 60",
      "",
      "ALERT                SEVERITY  SERVICE    OF           SINCE",
      "HaleNeverReady       warning   eu/shop    2 alerts TIME",
      "HaleReplicaGone      warning   eu/shop    3 alerts TIME",
      "HaleReplicasMissing  warning   eu/orders  - TIME",
      "HaleZoneFailing      warning   eu/shop    database, c TIME",
      "",
    ]);
  });

  test("the JSON has the same, with numbers", async () => {
    const { healthy, time, groups, checks, alerts, ...rest } = await fleetJson();
    expect(healthy).toBe(false);
    expect(rest).toEqual({ by: ["cluster", "namespace", "job"], warnings: [] });
    const shop = { cluster: "", namespace: "eu", job: "shop" };
    const orders = { ...shop, job: "orders" };
    expect(groups).toEqual([
      {
        ...{ labels: shop, expected: 180, present: 177, down: 54, starting: 2, draining: 0 },
        ...{ worstZone: { zone: "c", affected: 54, replicas: 60 }, healthy: false },
      },
      {
        ...{ labels: orders, expected: 22, present: 20, down: 0, starting: 0, draining: 0 },
        healthy: false,
      },
    ]);
    expect(checks).toEqual([
      {
        ...{ labels: shop, check: "database", state: "down", affected: 54, replicas: 177 },
        worstZone: { zone: "c", affected: 54, replicas: 60 },
      },
      {
        ...{ labels: shop, check: "cache", state: "degraded", affected: 3, replicas: 177 },
        worstZone: { zone: "a", affected: 3, replicas: 60 },
      },
    ]);
    const zone = alerts.find(({ alert }: { alert: string }) => alert === "HaleZoneFailing");
    expect(zone).toMatchObject({ severity: "warning", check: "database", zone: "c", count: 1 });
    expect(time - zone.since).toBeGreaterThan(0);
  });

  test("--by zone has a row for each zone, without a worst one", async () => {
    const { stdout } = await fleet("--by", "zone");
    // Expected numbers of services say nothing of zones: the targets count.
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      "unhealthy: 2 of 3 groups of the last day, 197 of 200 replicas present, 54 down, 7 alerts",
      "",
      "ZONE   PRESENT  DOWN  STARTING",
      "c     66 of 66    54         0",
      "b     64 of 67     0         0",
      "a     67 of 67     0         2",
    ]);
  });

  test("--by namespace adds services up, and a label that no replica has is one group", async () => {
    const { groups } = await fleetJson("--by", "namespace");
    expect(groups).toMatchObject([{ labels: { namespace: "eu" }, expected: 202, present: 197 }]);
    const { groups: all } = await fleetJson("--by", "cluster");
    expect(all).toMatchObject([{ labels: { cluster: "" }, expected: 202, present: 197 }]);
  });

  test("--replicas adds those that fail or are gone, and no other", async () => {
    const { replicas } = await fleetJson("--replicas");
    const counts = new Map<string, number>();
    for (const { state, check } of replicas) {
      const key = `${state} ${check}`.trim();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      gone: 3,
      "down database": 54,
      "degraded cache": 3,
    });
    expect(replicas).toContainEqual({
      labels: { cluster: "", namespace: "eu", job: "shop" },
      ...{ instance: "10.0.0.13:9001", zone: "b", check: "", state: "gone" },
    });
    const { stdout } = await fleet("--replicas");
    expect(stdout).toMatch(/^eu\/shop +10\.0\.0\.13:9001 +- +gone$/m);
    expect(stdout).toMatch(/^eu\/shop +10\.0\.0\.2:9001 +database +down$/m);
  });

  test("--match chooses, and --tolerate decides the exit code", async () => {
    const shop = ["--match", 'job="shop"', "--match", 'zone!="c"'];
    const { code, stdout } = await fleet(...shop);
    expect(code).toBe(1);
    expect(stdout).toContain("eu/shop  117 of 120     0");
    expect((await fleet(...shop, "--tolerate", "2.4%")).code).toBe(1);
    expect((await fleet(...shop, "--tolerate", "2.5%")).code).toBe(0);
  });

  test("the label of zones may have another name", async () => {
    const { groups } = await fleetJson("--match", 'job="shop"', "--zone-label", "job");
    expect(groups[0]).not.toHaveProperty("worstZone");
  });

  test.each([80, 60])("in a terminal of %i columns, no line is wider", async (columns) => {
    const args = ["fleet", "--prometheus", server.url, "--replicas", "--match", 'job="shop"'];
    const view = startInPty(hale.path, args, { columns, rows: 100 });
    expect(await view.ended).toEqual({ code: 1, signal: 0 });
    const lines = view.screen();
    // A line that had been too long would have become two, the second of which begins with none of these.
    const begins = /^(?:unhealthy: | {2}\d+ |SERVICE |ALERT |eu\/shop |Hale|$)/;
    expect(lines.filter((line) => !begins.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("eu/shop") || /^Hale/.test(line))).toHaveLength(
      66,
    );
    expect(view.written()).toContain("\u001b[31m");
  });

  test("a service is unhealthy by an alert that is critical, whatever is tolerated", async () => {
    const url = new URL(server.url);
    const client = new PrometheusClient({ url, headers: {}, tls: { verify: true }, timeout: 5000 });
    const rule = {
      ...{ by: ["cluster", "namespace", "job"], zoneLabel: "zone", matchers: [], tolerate: 1 },
    };
    const signal = new AbortController().signal;
    const asItIs = await readFleet(client, rule, false, signal);
    expect(asItIs.groups.map(({ healthy }) => healthy)).toEqual([true, true]);
    const critical = {
      address: client.address,
      async query(...args: Parameters<PrometheusClient["query"]>) {
        const { samples, warnings } = await client.query(...args);
        const worse = samples.map(({ labels, value }) => ({
          labels: { ...labels, ...(labels.severity && { severity: "critical" }) },
          value,
        }));
        return { samples: worse, warnings };
      },
    };
    const { groups } = await readFleet(critical, rule, false, signal);
    expect(groups.map(({ healthy }) => healthy)).toEqual([false, false]);
  });
});

/** A server in front of the Prometheus, which sees each request first and may answer it. */
async function startProxy(
  see: (head: { url: string; headers: NodeJS.Dict<string | string[]> }) => number | undefined,
  secure = false,
) {
  const create = secure ? createTlsServer.bind(undefined, CERTIFICATE) : createServer;
  const proxy = create((request, response) => {
    const status = see({ url: request.url ?? "", headers: request.headers });
    if (status !== undefined) {
      response.writeHead(status).end("no");
      return;
    }
    const path = (request.url ?? "").replace(/^\/prometheus/, "");
    sendRequest({ host: "127.0.0.1", port: server.port, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 0);
      answer.pipe(response);
    }).end();
  });
  const { base, close } = await serve(proxy);
  onTestFinished(close);
  return base;
}

describe("access", () => {
  test("sends a token of a file, headers, the path and the query of the address", async () => {
    const seen: string[] = [];
    const base = await startProxy(({ url, headers }) => {
      const { pathname, searchParams } = new URL(url, "http://localhost");
      seen.push(
        [
          pathname,
          searchParams.get("dedup"),
          headers.authorization,
          headers["x-scope-orgid"],
        ].join(),
      );
      return headers.authorization === "Bearer 0123456789abcdef" ? undefined : 401;
    });
    const file = join(makeFolder(), "token");
    await writeFile(file, "0123456789abcdef\n");
    const args = [
      "fleet",
      "--prometheus",
      `${base}/prometheus/?dedup=true`,
      "-H",
      "X-Scope-OrgID: a",
    ];
    const refused = await hale.run(args);
    expect(refused).toMatchObject({ code: 69, stdout: "" });
    expect(refused.stderr).toBe(
      `hale fleet: HALE_PROMETHEUS_REFUSED: ${base}/prometheus/ refused the query (status 401). Give it an access token by --token-file, or what else it wants by --header or --cert.\n`,
    );
    const allowed = await hale.run([...args, "--token-file", file]);
    expect(allowed).toMatchObject({ code: 1, stderr: "" });
    expect(new Set(seen)).toEqual(
      new Set([
        "/prometheus/api/v1/query,true,,a",
        "/prometheus/api/v1/query,true,Bearer 0123456789abcdef,a",
      ]),
    );
  });

  test("takes a user and password of the address, and repeats them in no error", async () => {
    const base = await startProxy(({ headers }) =>
      headers.authorization === `Basic ${btoa("me:secret")}` ? undefined : 403,
    );
    const withUser = base.replace("//", "//me:secret@");
    expect((await hale.run(["fleet", "--prometheus", withUser])).code).toBe(1);
    const { code, stderr } = await hale.run([
      "fleet",
      "--prometheus",
      withUser.replace("me", "you"),
    ]);
    expect(code).toBe(69);
    expect(stderr).not.toContain("secret");
  });

  test("verifies the certificate before it sends anything", async () => {
    let requests = 0;
    const base = await startProxy(() => {
      requests++;
      return undefined;
    }, true);
    const port = new URL(base).port;
    const url = `https://localhost:${port}`;
    const unknown = await hale.run(["fleet", "--prometheus", url]);
    expect(unknown.code).toBe(69);
    expect(unknown.stderr).toMatch(
      /^hale fleet: HALE_PROMETHEUS_UNREACHABLE: .*self-signed certificate/,
    );
    expect(requests).toBe(0);
    const file = join(makeFolder(), "ca.pem");
    await writeFile(file, CERTIFICATE.cert);
    expect(await hale.run(["fleet", "--prometheus", url, "--cacert", file])).toMatchObject({
      code: 1,
      stderr: "",
    });
  });
});

describe("what cannot be read exits with 69, a code, and what to do", () => {
  const ended = (url: string, ...args: readonly string[]) =>
    hale.run(["fleet", "--prometheus", url, ...args]);

  test("no server", async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    expect(await ended(url)).toEqual({
      code: 69,
      stdout: "",
      stderr: `hale fleet: HALE_PROMETHEUS_UNREACHABLE: ${url} did not respond: connection refused (ECONNREFUSED). Check --prometheus and, where it needs one, --cacert.\n`,
    });
  });

  test("a server that accepts and never answers", async () => {
    const { port } = await startSilent();
    const { code, stderr } = await ended(`http://127.0.0.1:${port}`, "--timeout", "3s");
    expect(code).toBe(69);
    expect(stderr).toContain("timed out after 3s, waiting for the response. Give it more time");
  });

  test("no series of hale", async () => {
    const { code, stdout, stderr } = await ended(server.url, "--match", 'job="nothing"');
    expect({ code, stdout }).toEqual({ code: 69, stdout: "" });
    expect(stderr).toMatch(/^hale fleet: HALE_NO_REPLICAS: .+ Check --match/);
  });

  test("a query that the server refuses, with its reason", async () => {
    const { code, stderr } = await ended(server.url, "--match", 'job=~"("');
    expect(code).toBe(69);
    expect(stderr).toMatch(/^hale fleet: HALE_PROMETHEUS_ERROR: .*status 400\): bad_data: /);
  });

  test.each([
    [
      "a page",
      "<html>sign in</html>",
      "sent no response of the Prometheus API (status 200): <html>",
    ],
    ["nothing", "", "sent no response of the Prometheus API (status 200): an empty body."],
    ["another JSON", '{"status":"success","data":{"resultType":"matrix"}}', "another shape"],
    [
      "warnings of text",
      '{"status":"success","data":{"resultType":"scalar","result":[0,"1"]},"warnings":"x"}',
      "another shape",
    ],
    [
      "a row that is null",
      '{"status":"success","data":{"resultType":"vector","result":[null]}}',
      "another shape",
    ],
    [
      "labels that are null",
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":null,"value":[0,"1"]}]}}',
      "another shape",
    ],
    [
      "a label that is a number",
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"job":1},"value":[0,"1"]}]}}',
      "another shape",
    ],
    [
      "a value that is no number",
      '{"status":"success","data":{"resultType":"scalar","result":[0,"many"]}}',
      "another shape",
    ],
    [
      "a row without a value",
      '{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}',
      "another shape",
    ],
    ["no time", '{"status":"success","data":{"resultType":"vector","result":[]}}', "sent no time"],
    ["a status alone", '{"status":"error"}', "The path of --prometheus may lead elsewhere"],
    [
      "commands for a terminal",
      '{"status":"error","error":"\\u001b[31mred"}',
      "(status 200): red.",
    ],
  ])("%s", async (_, body, reason) => {
    const { port } = await startRaw(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`);
    const { code, stdout, stderr } = await ended(`http://127.0.0.1:${port}`);
    expect({ code, stdout }).toEqual({ code: 69, stdout: "" });
    expect(stderr).toMatch(/^hale fleet: HALE_PROMETHEUS_ERROR: http:/);
    expect(stderr).toContain(reason);
  });
});

test("warnings of the server stand on stderr and in the JSON, and change no exit code", async () => {
  const base = await new Promise<string>((resolve) => {
    const warning = createServer((request, response) => {
      sendRequest({ host: "127.0.0.1", port: server.port, path: request.url }, async (answer) => {
        let text = "";
        for await (const chunk of answer) text += chunk;
        response.end(JSON.stringify({ ...JSON.parse(text), warnings: ["store-2 is gone"] }));
      }).end();
    });
    warning.listen(0, "127.0.0.1", () =>
      resolve(`http://127.0.0.1:${(warning.address() as { port: number }).port}`),
    );
    onTestFinished(() => {
      warning.close();
      warning.closeAllConnections();
    });
  });
  const args = ["fleet", "--prometheus", base, "--json", "--tolerate", "100%"];
  const { code, stdout, stderr } = await hale.run(args);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "hale fleet: Prometheus warns: store-2 is gone\n",
  });
  expect(JSON.parse(stdout).warnings).toEqual(["store-2 is gone"]);
});

test.each([
  [[], "--prometheus is missing. Write --prometheus http://127.0.0.1:9090."],
  [["--prometheus", "127.0.0.1:9090"], "must begin with http:// or https://"],
  [["--prometheus", "http://a/api/v1/query"], "must be the address in front of /api/v1"],
  [["--prometheus", "http:a"], "must have two slashes after its scheme"],
  [["--prometheus", "http://me:12/34@a"], 'must have its last "@" in front of its host'],
  [["--prometheus", "http://a", "--zone-label", "a,b"], "must be the name of one label"],
  [
    ["--prometheus", "http://a", "-H", "authorization: Basic a", "-H", "Authorization: Basic b"],
    "--header is given twice for authorization",
  ],
  [
    ["--prometheus", "http://a", "-H", "authorization: Basic a", "--token-file", "/dev/null"],
    "--token-file and an authorization header cannot both be given.",
  ],
  [["--prometheus", "http://a", "--match", 'job="a"} or up{'], "must be a label matcher"],
  [["--prometheus", "http://a", "--match", "job"], "must be a label matcher"],
  [["--prometheus", "http://a", "--by", "a b"], "must be names of labels"],
  [["--prometheus", "http://a", "--tolerate", "101%"], "must be a percentage, such as 1%"],
  [["--prometheus", "http://a", "--tolerate", "much"], "must be a percentage, such as 1%"],
])("hale fleet %j is wrong use", async (args, reason) => {
  const { code, stdout, stderr } = await hale.run(["fleet", ...args]);
  expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  expect(stderr).toContain(reason);
});
