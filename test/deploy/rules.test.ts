import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { familiesOf } from "../../src/telemetry/families.ts";
import { REPORTS, WITH_FIGURES } from "../contracts/format-reports.ts";
import { run } from "../servers/_run.ts";
import { toolPath } from "../servers/_tools.ts";

const FOLDER = "deploy/prometheus";
const RULES = readFileSync(`${FOLDER}/hale.rules.yml`, "utf8");

/** The names that rules record. */
const RECORDED = [...RULES.matchAll(/- record: (\S+)/g)].map(([, name = ""]) => name);

/** The name of an alert's runbook. */
const pageOf = (alert: string) =>
  `${alert
    .replace(/^Hale/, "")
    .replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase()}.md`;

test("promtool finds no fault with the rules", async () => {
  const found = await run(toolPath("promtool"), ["check", "rules", `${FOLDER}/hale.rules.yml`]);
  expect(found).toContain("SUCCESS: 40 rules found");
});

/** Milliseconds; promtool takes some 15 s of a processor for all series. */
const LIMIT = 180_000;

test(
  "every alert fires on its cause and on no other, by the unit tests of promtool",
  async () => {
    const file = `${FOLDER}/hale.rules.test.yml`;
    expect(await run(toolPath("promtool"), ["test", "rules", file])).toContain("SUCCESS");
  },
  LIMIT,
);

test(
  "promtool fails the unit tests when a rule is wrong",
  async () => {
    const rules = `${FOLDER}/hale.rules.test.yml`;
    const { promtool } = await import("../callers/_promtool.ts");
    const wrong = readFileSync(rules, "utf8").replace("[hale.rules.yml]", "[]");
    await expect(promtool(["test", "rules"], wrong)).rejects.toThrow("FAILED");
  },
  LIMIT,
);

test("rules read what hale writes, and what other rules record", () => {
  const written = familiesOf(REPORTS.down, "details", WITH_FIGURES.figures).flatMap(
    ({ name, type }) => {
      if (type === "counter") return [`${name}_total`];
      return type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name];
    },
  );
  const read = [...RULES.matchAll(/(?<![\w:])(?:hale_\w+|cluster_namespace_job\w*:[\w:]+)/g)].map(
    ([name]) => name,
  );
  // A series that an operator may write.
  written.push("hale_expected_replicas");
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter((name) => !written.includes(name) && !RECORDED.includes(name))).toEqual([]);
});

test("every alert has a runbook of its name, and every runbook an alert", () => {
  const alerts = [...new Set([...RULES.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name))];
  const named = [...new Set([...RULES.matchAll(/runbook: (\S+)/g)].map(([, page = ""]) => page))];
  expect(named.map((page) => basename(page)).sort()).toEqual(alerts.map(pageOf).sort());
  expect(readdirSync("docs/runbooks").sort()).toEqual(alerts.map(pageOf).sort());
});

test("every alert has a unit test", () => {
  const tests = readFileSync(`${FOLDER}/hale.rules.test.yml`, "utf8");
  const alerts = new Set([...RULES.matchAll(/- alert: (\w+)/g)].map(([, name = ""]) => name));
  const tested = new Set(
    [...tests.matchAll(/alertname: (\w+)\s+exp_alerts:\s+- exp_labels/g)].map(([, name]) => name),
  );
  expect([...tested].sort()).toEqual([...alerts].sort());
});

test("the resource of the operator holds the same rules", async () => {
  const { promtool } = await import("../callers/_promtool.ts");
  const resource = readFileSync("deploy/kubernetes/prometheus-rule.yaml", "utf8");
  const spec = resource.slice(resource.indexOf("\n  groups:") + 1).replace(/^ {2}/gm, "");
  expect(spec).toBe(RULES.slice(RULES.indexOf("groups:")));
  expect(await promtool(["check", "rules"], spec)).toContain("SUCCESS: 40 rules found");
});

test.each([
  "deploy/kubernetes/service-monitor.yaml",
  "deploy/kubernetes/pod-monitor.yaml",
  "deploy/opentelemetry/collector.yaml",
])("%s scrapes deep, for no longer than a probe may take", (file) => {
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/(?:path|metrics_path): \/health\/deep$/m);
  expect(text).toMatch(/(?:scrapeTimeout|scrape_timeout): 1s$/m);
});
