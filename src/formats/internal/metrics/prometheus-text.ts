import type { Format } from "../../../contract/format.ts";
import { sampleLines, writeFamilies } from "./families-text.ts";

/** Writes the text format of Prometheus, version 0.0.4. */
export function writePrometheus(...input: Parameters<Format["write"]>): string {
  return writeFamilies(input, (family) => {
    const { type, help } = family;
    // This format names a counter with its suffix.
    const name = type === "counter" ? `${family.name}_total` : family.name;
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...sampleLines(family)];
  });
}
