import type { RolloutResult } from "../../test/_support/rolling-restart.ts";
import { median } from "../measure/statistics.ts";
import { fixed, table, whole } from "../table.ts";

const HEADS = [
  "framework",
  "end by",
  "restarts",
  "requests",
  "failed",
  "listens on, median / most",
  "exit after, median / most",
  "exit codes",
  "the machine",
];

/** The table of some rows. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  return table(HEADS, rows);
}

/** One row: what came of one framework that ends in one way. */
export function rowOf(framework: string, variant: string, result: RolloutResult): string[] {
  const { requests, failures, left, overload } = result;
  const listened = left.map((one) => one.listened ?? Number.NaN);
  return [
    framework,
    variant,
    whole(left.length),
    whole(requests),
    failures.length === 0
      ? "**0**"
      : `${whole(failures.length)} (${countsOf(failures.map(({ what }) => what))})`,
    seconds(listened),
    seconds(left.map(({ took }) => took)),
    countsOf(left.map(({ code }) => (code === undefined ? "killed" : String(code)))),
    overload.join(", ") || "kept up",
  ];
}

/** How often there is what, the most frequent first. */
function countsOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([value, count]) => `${value}: ${count}`)
    .join(", ");
}

function seconds(values: readonly number[]): string {
  return `${fixed(median(values) / 1000, 1)} / ${fixed(Math.max(...values) / 1000, 1)} s`;
}
