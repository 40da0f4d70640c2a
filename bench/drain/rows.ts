import type { RolloutResult } from "../../test/_support/rolling-restart.ts";
import { median } from "../measure/statistics.ts";
import { fixed, table, whole } from "../table.ts";
import type { Variant } from "./variants.ts";

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

/** Summarises the rows: how long each way of ending listened, and the least delay without a failure. */
export function summaryOf(
  rows: readonly { readonly variant: Variant; readonly result: RolloutResult }[],
): string {
  const lines = [...new Set(rows.map(({ variant }) => variant.name))].map((name) => {
    const all = rows.filter(({ variant }) => variant.name === name).map(({ result }) => result);
    const listened = all.flatMap(({ left }) => left.map((one) => one.listened ?? Number.NaN));
    const failed = all.reduce((sum, { failures }) => sum + failures.length, 0);
    return `- ${name}: ${failed} failed in ${listened.length} restarts, listened on for ${seconds(listened)}`;
  });
  const without = rows
    .filter(({ result }) => result.failures.length === 0)
    .flatMap(({ variant: { leaving } }) => (leaving.by === "delay" ? leaving.milliseconds : []));
  const failing = rows
    .filter(({ result }) => result.failures.length > 0)
    .flatMap(({ variant: { leaving } }) => (leaving.by === "delay" ? leaving.milliseconds : []));
  const least = Math.min(...without.filter((delay) => !failing.some((other) => other >= delay)));
  if (Number.isFinite(least)) {
    lines.push(`- The least fixed delay at which, and above which, nothing failed: ${least} ms`);
  }
  return lines.join("\n");
}

/** Counts equal values, the most frequent first. */
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
