import type { LazyFormat } from "../contract/format.ts";

/** The figures of a report in the text format of Prometheus, version 0.0.4, which are loaded on first use. */
export const prometheus: LazyFormat = {
  name: "prometheus",
  mediaType: "text/plain; version=0.0.4; charset=utf-8",
  always200: true,
  async write(...args) {
    const { writePrometheus } = await import("./internal/metrics/prometheus-text.ts");
    return { body: writePrometheus(...args), headers: {} };
  },
};
