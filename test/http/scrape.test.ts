import { expect, test } from "vitest";
import { isScrape } from "../../src/http/scrape.ts";

test.each(["/metrics", "/metrics/"])("a request for %s is a scrape, by whatever agent", (path) => {
  for (const agent of [undefined, null, "", "curl/8.5.0", "Prometheus/2.53.1"]) {
    expect(isScrape(path, agent)).toBe(true);
  }
});

test("a request by Prometheus is a scrape, whatever its path", () => {
  for (const path of ["/", "/prom", "/orders/metrics"]) {
    expect(isScrape(path, "Prometheus/2.53.1")).toBe(true);
  }
});

test.each([
  "/",
  "/orders",
  "/orders/metrics",
  "/metrics/orders",
  "/metricsx",
  "/Metrics",
  "/metric",
])("any other request for %s is traffic", (path) => {
  for (const agent of [undefined, null, "", "curl/8.5.0", "Prometheus", "like Prometheus/"]) {
    expect(isScrape(path, agent)).toBe(false);
  }
});
