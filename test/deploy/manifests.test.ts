import { readFileSync } from "node:fs";
import {
  PodMonitor,
  Probe,
  PrometheusRule,
  ServiceMonitor,
} from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const RESOURCES = [
  ["pod-monitor", PodMonitor],
  ["probe", Probe],
  ["prometheus-rule", PrometheusRule],
  ["service-monitor", ServiceMonitor],
] as const;

/** A resource of the operator, as its file has it. */
const read = (file: string) => parse(readFileSync(`deploy/kubernetes/${file}.yaml`, "utf8"));

/** What the schema of the operator finds wrong with a resource. */
function faultOf(Resource: (typeof RESOURCES)[number][1], resource: object): string {
  try {
    new Resource(resource as never).validate();
    return "";
  } catch (error) {
    return String(error);
  }
}

describe.each(RESOURCES)("deploy/kubernetes/%s.yaml", (file, Resource) => {
  test("is valid by the schema of the operator, under the kind of the file", () => {
    const resource = read(file);
    expect(faultOf(Resource, resource)).toBe("");
    const kind = file.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase());
    expect(resource).toMatchObject({ apiVersion: "monitoring.coreos.com/v1", kind });
  });

  test("is not valid under another kind, nor with a spec of another type", () => {
    expect(faultOf(Resource, { ...read(file), kind: "Pod" })).toContain("kind");
    expect(faultOf(Resource, { ...read(file), spec: 15 })).toContain("spec");
  });
});

test.each(["service-monitor", "pod-monitor"])("%s takes the zone from the node", (file) => {
  const { spec } = read(file);
  expect(spec.attachMetadata).toEqual({ node: true });
  const [{ relabelings }] = spec.endpoints ?? spec.podMetricsEndpoints;
  expect(relabelings).toEqual([
    {
      sourceLabels: ["__meta_kubernetes_node_label_topology_kubernetes_io_zone"],
      targetLabel: "zone",
    },
  ]);
});

test("a rule with a number where a text belongs is not valid", () => {
  const resource = read("prometheus-rule");
  resource.spec.groups[0].rules[0].record = 1;
  expect(faultOf(PrometheusRule, resource)).toContain("record");
});

test("an interval without a unit is not valid", () => {
  const resource = read("service-monitor");
  resource.spec.endpoints[0].interval = "15";
  expect(faultOf(ServiceMonitor, resource)).toContain("interval");
});
