import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import ts from "typescript";
import { describe, expect, onTestFinished, test } from "vitest";
import { startProgram } from "../_support/program.ts";
import { load } from "../cli/internal/config/_problems.ts";
import { blocksOf, PAGES } from "../house/_pages.ts";
import { probeFaults } from "./_kubelet-rules.ts";
import { type Manifest, manifestsIn, validateManifest } from "./_kubernetes.ts";

/** A page whose YAML is for Cloud Run, which has a probe less, and for resources of Google's own. */
const OF_GOOGLE = "docs/callers/gcp.md";

/** The pieces of YAML in pages that are for Kubernetes: whole manifests, and what stands in a container. */
const ALL = PAGES.filter((page) => page !== OF_GOOGLE)
  .flatMap(blocksOf)
  .filter(({ language }) => language === "yaml")
  .flatMap(({ file, line, code }) => {
    const where = `${file}:${line}`;
    if (/^kind: /m.test(code)) {
      return manifestsIn(code).map((manifest) => ({
        where: `${where} ${manifest.kind}`,
        manifest,
      }));
    }
    return /^\w+Probe:/m.test(code) ? [{ where, manifest: inPod(code) }] : [];
  });

/** The resources of the operator of Prometheus have schemas of their own. */
const isOfOperator = ({ manifest }: (typeof ALL)[number]) =>
  manifest.apiVersion === "monitoring.coreos.com/v1";
const BLOCKS = ALL.filter((block) => !isOfOperator(block));

/** The fields of a container as a pod with the grace that the pages advise. */
function inPod(code: string): Manifest {
  const [fields] = manifestsIn(code);
  const spec = {
    terminationGracePeriodSeconds: 45,
    containers: [{ name: "shop", image: "shop:1", ...fields }],
  };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "shop" }, spec };
}

describe("the manifests of the pages", () => {
  test("are found: each workload of the page of Kubernetes, README's, Django's, and pieces", () => {
    const kinds = (page: string) =>
      BLOCKS.filter(({ where }) => where.startsWith(`${page}:`)).map(
        ({ manifest }) => manifest.kind,
      );
    expect(kinds("docs/kubernetes.md")).toEqual([
      ...["Deployment", "Deployment", "Deployment", "Deployment"],
      ...["CronJob", "ConfigMap", "Deployment"],
    ]);
    expect(kinds("README.md")).toEqual(["Deployment"]);
    expect(kinds("docs/django.md")).toContain("Deployment");
    expect(kinds("docs/probes.md")).toEqual(["Pod"]);
    expect(kinds("docs/grpc.md")).toEqual(["Pod"]);
  });

  test.each(BLOCKS)("$where is valid by the schema of Kubernetes", ({ manifest }) => {
    expect(() => validateManifest(manifest)).not.toThrow();
  });

  test("of the operator of Prometheus are valid by its schema", () => {
    const monitors = ALL.filter(isOfOperator);
    expect(monitors.map(({ where }) => where.replace(/:\d+/, ""))).toEqual([
      "docs/metrics.md PodMonitor",
    ]);
    for (const { manifest } of monitors)
      expect(() => new PodMonitor(manifest as never).validate()).not.toThrow();
  });

  test.each(BLOCKS)("$where has probes that a kubelet takes, and that work", ({ manifest }) => {
    expect(probeFaults(manifest)).toEqual([]);
  });
});

describe("the schema refuses", () => {
  const [readme] = BLOCKS.filter(({ where }) => where.startsWith("README.md"));
  const text = JSON.stringify(readme?.manifest);
  const changed = (from: string | RegExp, to: string) => {
    const other = text.replace(from, to);
    expect(other).not.toBe(text);
    return () => validateManifest(JSON.parse(other));
  };

  test.each([
    ["a misspelt field", '"timeoutSeconds"', '"timeoutSecond"', /Unknown fields: .*timeoutSecond/],
    ["a time with a unit", '"periodSeconds":2', '"periodSeconds":"2s"', /periodSeconds.*integer/],
    [
      "a fraction of a second",
      '"periodSeconds":2',
      '"periodSeconds":0.5',
      /periodSeconds.*integer/,
    ],
    ["a container without a name", /"name":"shop","image"/, '"image"', /name/],
    ["no selector", /"selector":\{[^}]*\}\},/, "", /selector/],
    ["a field in the wrong place", '"template":{', '"template":{"replicas":1,', /Unknown fields/],
  ])("%s", (_, from, to, message) => {
    expect(changed(from, to)).toThrow(message);
  });
});

describe("a fault of a probe is found", () => {
  const probe = { httpGet: { path: "/health/live", port: 8000 } };
  const STARTUP = { httpGet: { path: "/health/startup", port: 8000 } };
  const pod = (fields: object, spec: object = {}): Manifest => ({
    apiVersion: "v1",
    kind: "Pod",
    spec: { containers: [{ name: "shop", startupProbe: STARTUP, ...fields }], ...spec },
  });
  const LONG = { terminationGracePeriodSeconds: 45 };
  const http = (change: object) => ({ httpGet: { ...probe.httpGet, ...change } });

  test("in none that is right", () => {
    expect(probeFaults(pod({ livenessProbe: probe }))).toEqual([]);
    expect(probeFaults(pod({ readinessProbe: http({ path: "/readyz" }) }, LONG))).toEqual([]);
    const livenessProbe = { ...probe, terminationGracePeriodSeconds: 10 };
    expect(probeFaults(pod({ livenessProbe }, LONG))).toEqual([]);
  });

  test.each([
    ["no grace of its own", probe],
    ["one as long", { ...probe, ...LONG }],
  ])("in liveness of a pod with a long grace: %s", (_, livenessProbe) => {
    expect(probeFaults(pod({ livenessProbe }, LONG))).toEqual([
      "shop: livenessProbe waits for the grace of the pod before the kill",
    ]);
  });

  test.each([
    ["two handlers", { ...probe, exec: { command: ["true"] } }, "it has 2 handlers"],
    ["no handler", { periodSeconds: 5 }, "it has 0 handlers"],
    ["a number below 0", { ...probe, failureThreshold: -1 }, "failureThreshold is 0 or less"],
    [
      "a 0, which is the default",
      { ...probe, failureThreshold: 0 },
      "failureThreshold is 0 or less",
    ],
    ["successThreshold 2", { ...probe, successThreshold: 2 }, "successThreshold is not 1"],
    ["a grace of 0", { ...probe, terminationGracePeriodSeconds: 0 }, "its grace is 0 or less"],
    ["a longer timeout", { ...probe, timeoutSeconds: 11 }, "timeoutSeconds is over periodSeconds"],
    ["a port in quotes", http({ port: "8000" }), '"8000" is no name of a port'],
    ["a port of none", http({ port: 70_000 }), "port 70000 is no port"],
    ["a long name", http({ port: "http-of-the-shop" }), '"http-of-the-shop" is no name of a port'],
    ["an unknown name", http({ port: "http" }), 'no port of the container is called "http"'],
    ["small letters", http({ scheme: "https" }), 'scheme is "https"'],
    ["a host", http({ host: "127.0.0.1" }), "host replaces the address of the pod"],
    ["readiness", http({ path: "/health/ready" }), "the path /health/ready is another probe"],
    ["no path", { httpGet: { port: 8000 } }, "the path / is another probe"],
    ["tcpSocket", { tcpSocket: { port: 8000 } }, "tcpSocket succeeds on a process that is stopped"],
    ["no command", { exec: { command: [] } }, "exec has no command"],
    ["no service", { grpc: { port: 9001 } }, 'the service "" is another probe'],
    [
      "a name for gRPC",
      { grpc: { port: "grpc", service: "liveness" } },
      "the port of gRPC is no number",
    ],
  ])("in liveness: %s", (_, livenessProbe, fault) => {
    expect(probeFaults(pod({ livenessProbe }))).toEqual([`shop: livenessProbe: ${fault}`]);
  });

  test("around a probe: no startup, a short grace, a grace of readiness, an init container", () => {
    const readinessProbe = http({ path: "/readyz" });
    const initContainers = [{ name: "migrate", startupProbe: STARTUP }];
    const faults = [
      ...probeFaults(pod({ startupProbe: undefined, livenessProbe: probe })),
      ...probeFaults(pod({ readinessProbe })),
      ...probeFaults(
        pod({ readinessProbe: { ...readinessProbe, terminationGracePeriodSeconds: 5 } }, LONG),
      ),
      ...probeFaults(pod({}, { initContainers })),
    ];
    expect(faults).toEqual([
      "shop: livenessProbe counts from the container's start",
      "shop: the grace of the pod is shorter than a shutdown",
      "shop: readinessProbe: terminationGracePeriodSeconds is refused on readiness",
      "migrate: an init container without restartPolicy Always has no probes",
    ]);
  });
});

test("the hale.yaml of the sidecar is one that hale serve takes", async () => {
  const [config] = BLOCKS.filter(({ manifest }) => manifest.kind === "ConfigMap");
  const data = config?.manifest.data as Record<string, string> | undefined;
  const env = { DATABASE_URL: "postgres://127.0.0.1/shop", REDIS_URL: "redis://127.0.0.1:6379" };
  const { health } = load(data?.["hale.yaml"] ?? "", {}, { env, readFile: () => "" });
  await health.close();
});

/** An address of this machine that is not that of `localhost`, as the address of a pod is none. */
function addressOfPod(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  return found?.address ?? "127.0.0.2";
}

test("README's service answers at the address of the pod, which is not 127.0.0.1", async () => {
  const [install] = blocksOf("README.md").filter(({ language }) => language === "ts");
  const listening = "server.listen(8000);";
  expect(install?.code).toContain(listening);
  const code = install?.code.replace(
    listening,
    'server.listen(0, () => console.log("port", server.address().port));',
  );
  const { outputText } = ts.transpileModule(code ?? "", {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  // In the package of the tests, which has the clients.
  const folder = mkdtempSync(resolve("test", ".readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "main.mjs"), outputText);
  const program = startProgram(join(folder, "main.mjs"));
  const [, port] = (await program.line("port ")).split(" ");
  const live = await fetch(`http://${addressOfPod()}:${port}/health/live`);
  expect([live.status, await live.text()]).toEqual([200, '{"status":"ok"}']);
});
