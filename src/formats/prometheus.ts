import { lazyFormat } from "./internal/lazy-format.ts";

/** The figures of a report in the text format of Prometheus, version 0.0.4, which are loaded on first use. */
export const prometheus = lazyFormat(
  {
    name: "prometheus",
    mediaType: "text/plain; version=0.0.4; charset=utf-8",
    always200: true,
  },
  async () => (await import("./internal/metrics/prometheus-text.ts")).writePrometheus,
);
