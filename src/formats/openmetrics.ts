import type { LoadedFormat } from "../contract/format.ts";
import { type Family, familiesOf, sampleLines } from "./internal/metrics.ts";

/** The figures of a report in OpenMetrics 1.0. */
export const openmetrics: LoadedFormat = {
  name: "openmetrics",
  mediaType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  always200: true,
  write: (report, exposure) => `${familiesOf(report, exposure).map(textOf).join("")}# EOF\n`,
};

function textOf(family: Family): string {
  const { name, help, unit } = family;
  const lines = [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...sampleLines(family),
  ];
  return `${lines.join("\n")}\n`;
}
