import type { LazyFormat } from "../contract/format.ts";

/** The figures of a report in OpenMetrics 1.0, which are loaded on first use. */
export const openmetrics: LazyFormat = {
  name: "openmetrics",
  mediaType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  always200: true,
  async write(...args) {
    const { writeOpenMetrics } = await import("./internal/metrics/openmetrics-text.ts");
    return { body: writeOpenMetrics(...args), headers: {} };
  },
};
