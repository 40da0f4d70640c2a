import { lazyFormat } from "./internal/lazy-format.ts";

/** The figures of a report in OpenMetrics 1.0, which are loaded on first use. */
export const openmetrics = lazyFormat(
  {
    name: "openmetrics",
    mediaType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    always200: true,
  },
  async () => (await import("./internal/metrics/openmetrics-text.ts")).writeOpenMetrics,
);
