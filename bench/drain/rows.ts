import type { RestartResult } from "../../test/_support/restart-under-load.ts";
import { median } from "../measure/statistics.ts";
import { fixed, table, whole } from "../table.ts";
import type { Variant } from "./variants.ts";

/** The heads of the figures of a service and its restarts, after those of the names. */
const FIGURES = [
  "restarts",
  "requests",
  "failed",
  "listens on, median / most",
  "exit after, median / most",
  "exit codes",
  "the machine",
];

/** A measurement for a row. */
export interface Run {
  /** The first cells of the row. */
  readonly names: readonly string[];
  /** How the replicas end, in a table that compares ways to end. */
  readonly variant?: Variant;
  measure(): Promise<RestartResult>;
}

/** A row that has been measured. */
export interface Row extends Run {
  readonly result: RestartResult;
}

/** The table of some rows, given the heads of their names. */
export function tableOf(heads: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map(({ names, result }) => [...names, ...figuresOf(result)]);
  return table([...heads, ...FIGURES], lines);
}

function figuresOf(result: RestartResult): string[] {
  const { requests, left, overload } = result;
  return [
    whole(left.length),
    whole(requests),
    failedOf(result),
    seconds(left.map((one) => one.listened ?? Number.NaN)),
    seconds(left.map(({ took }) => took)),
    countsOf(left.map(({ code }) => (code === undefined ? "killed" : String(code)))),
    overload.join(", ") || "kept up",
  ];
}

/** Writes the failures that the client saw, and those of a proxy that has sent the request again. */
function failedOf({ failures, failedAttempts = [] }: RestartResult): string {
  const counted = (kinds: readonly string[]) => `${whole(kinds.length)} (${countsOf(kinds)})`;
  const seen = failures.length === 0 ? "**0**" : counted(failures.map(({ what }) => what));
  return failedAttempts.length === 0 ? seen : `${seen}; for the proxy ${counted(failedAttempts)}`;
}

/** Summarises the rows: how long each way of ending listened, and the least delay without a failure. */
export function summaryOf(rows: readonly Row[]): string {
  const lines = [...new Set(rows.map(({ variant }) => variant?.name))].map((name) => {
    const all = rows.filter(({ variant }) => variant?.name === name).map(({ result }) => result);
    const listened = all.flatMap(({ left }) => left.map((one) => one.listened ?? Number.NaN));
    const failed = all.reduce((sum, { failures }) => sum + failures.length, 0);
    return `- ${name}: ${failed} failed in ${listened.length} restarts, listened on for ${seconds(listened)}`;
  });
  const delaysOf = (some: readonly Row[]) =>
    some.flatMap(({ variant }) =>
      variant?.leaving.by === "delay" ? variant.leaving.milliseconds : [],
    );
  const without = delaysOf(rows.filter(({ result }) => result.failures.length === 0));
  const failing = delaysOf(rows.filter(({ result }) => result.failures.length > 0));
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
