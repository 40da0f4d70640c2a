import type { LoadedFormat } from "../contract/format.ts";
import { type Family, familiesOf, sampleLines } from "./internal/metrics.ts";

/** The figures of a report in the text format of Prometheus, version 0.0.4. */
export const prometheus: LoadedFormat = {
  name: "prometheus",
  mediaType: "text/plain; version=0.0.4; charset=utf-8",
  always200: true,
  write: (report, exposure) => familiesOf(report, exposure).map(textOf).join(""),
};

function textOf(family: Family): string {
  const { name, help } = family;
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...sampleLines(family)];
  return `${lines.join("\n")}\n`;
}
