import type { Format } from "../../../contract/format.ts";
import { type Family, familiesOf } from "../../../telemetry/families.ts";
import { oneLine } from "../visible-checks.ts";

/** Writes the text of each family that has a sample. */
export function writeFamilies(
  [report, exposure, query]: Parameters<Format["write"]>,
  textOf: (family: Family) => readonly string[],
): string {
  return familiesOf(report, exposure, query?.figures)
    .filter(({ samples }) => samples.length > 0)
    .map((family) => `${textOf(family).join("\n")}\n`)
    .join("");
}

/** Writes a line for each sample; of samples with equal labels, the first. */
export function sampleLines({ name, type, samples }: Family): readonly string[] {
  const lines = new Map<string, string>();
  const end = type === "counter" ? "_total" : "";
  for (const { suffix = end, labels, value } of samples) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    const series = `${name}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`}`;
    if (!lines.has(series)) lines.set(series, `${series} ${figure(value)}`);
  }
  return [...lines.values()];
}

/** Escapes a label; a lone surrogate is written as it is encoded, so that equal labels are recognised. */
function escapeLabel(text: string): string {
  return oneLine(text)
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[\\"]/g, "\\$&");
}

function figure(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
