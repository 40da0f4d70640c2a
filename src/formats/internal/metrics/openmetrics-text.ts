import type { Format } from "../../../contract/format.ts";
import type { Family } from "../../../telemetry/families.ts";
import { sampleLines, writeFamilies } from "./families-text.ts";

/** Writes OpenMetrics 1.0. */
export function writeOpenMetrics(...input: Parameters<Format["write"]>): string {
  return `${writeFamilies(input, linesOf)}# EOF\n`;
}

function linesOf(family: Family): readonly string[] {
  const { name, type, help } = family;
  return [
    `# TYPE ${name} ${type}`,
    ...(name.endsWith("_seconds") ? [`# UNIT ${name} seconds`] : []),
    `# HELP ${name} ${help}`,
    ...sampleLines(family),
  ];
}
