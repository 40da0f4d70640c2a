import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createHealth } from "../../src/health.ts";
import { metrics } from "../../src/metrics/index.ts";
import { haleErrorOf } from "../_support/thrown.ts";

const health = createHealth({ logger: false });
const registry = new Registry();
const meter = {
  createObservableGauge: () => ({}),
  createObservableCounter: () => ({}),
  createHistogram: () => ({ record: () => {} }),
  addBatchObservableCallback: () => {},
  removeBatchObservableCallback: () => {},
};

test.each<[string, object, string, string]>([
  [
    "neither",
    { health },
    "HALE_BAD_OPTION",
    'must be given, or "meter", and one of the two alone, but is not given.',
  ],
  ["both", { health, registry, meter }, "HALE_BAD_OPTION", "but is given with it."],
  ["no registry", { health, registry: {} }, "HALE_BAD_OPTION", "must be a registry of prom-client"],
  ["no meter", { health, meter: {} }, "HALE_BAD_OPTION", "must be a meter of OpenTelemetry"],
  ["no health", { health: {}, registry }, "HALE_BAD_OPTION", "must be what createHealth() returns"],
  ["other names", { health, registry, names: "k8s" }, "HALE_BAD_OPTION", '"hale", "kubernetes"'],
  [
    "what is no option",
    { health, register: registry },
    "HALE_UNKNOWN_OPTION",
    'Did you mean "registry"?',
  ],
])("%s is an error that says so", (_, options, code, message) => {
  const error = haleErrorOf(() => metrics(options as never));
  expect(error.code).toBe(code);
  expect(error.message).toContain(message);
});
