import type { OutcomeStatus } from "../contract/check.ts";
import type { Probe } from "../contract/probe.ts";
import type { WorkerReport, WorkerVerdict } from "./cluster-message.ts";

/** The workers that must pass a probe: all, more than half, or one. */
export const CLUSTER_RULES = ["all", "quorum", "any"] as const;

/** One of them. */
export type ClusterRule = (typeof CLUSTER_RULES)[number];

/**
 * Milliseconds without a word of a worker after which it does not count as ready, or as alive.
 *
 * @internal
 */
export interface Silence {
  readonly readiness: number;
  readonly liveness: number;
}

/**
 * The state of one worker's slot, as the primary knows it.
 *
 * @internal
 */
export interface SlotState {
  /** Empty before its first worker, `gone` after its death, `left` when it has closed the channel. */
  readonly state: "empty" | "here" | "left" | "gone";
  /** The end of the last worker, of a place that is `gone`. */
  readonly ending?: string | undefined;
  /** Whether the worker was asked to end, and has not failed. */
  readonly onRequest?: boolean | undefined;
  /** The last report of the worker. */
  readonly report?: WorkerReport | undefined;
  /** Milliseconds, as the primary counts them, since the worker was last heard or seen. */
  readonly silence: number;
}

/**
 * Whether the worker of a slot has not started yet, as far as it has reported.
 *
 * @internal
 */
export function isStarting({ state, report }: SlotState): boolean {
  return state === "here" && (report === undefined || report.phase === "starting");
}

/**
 * Whether the worker of a slot has not started, and is late with its report.
 *
 * @internal
 */
export function isMissing(slot: SlotState, limits: Silence): boolean {
  return isStarting(slot) && slot.silence > limits.readiness;
}

const NEVER = "it has not reported yet; it must call reportToPrimary()";

const NOT_YET = "it has not reported by reportToPrimary() yet";

const UP: WorkerVerdict = { status: "up" };

/**
 * Decides the verdict of one slot on a probe.
 *
 * @internal
 */
export function verdictOfSlot(probe: Probe, place: SlotState, silence: Silence): WorkerVerdict {
  return probe === "liveness"
    ? livenessOfWorker(place, silence)
    : statusOfWorker(probe, place, silence);
}

/** A start, a drain and a worker that is being replaced need no restart of the whole. */
function livenessOfWorker(
  { state, ending, report, silence }: SlotState,
  limits: Silence,
): WorkerVerdict {
  if (state === "empty" || state === "left") return UP;
  const late = silence > limits.liveness;
  if (state === "gone") return late ? down(`${ending}, and no other has taken its place`) : UP;
  if (report === undefined) return UP;
  return late ? down(silentFor(limits.liveness)) : report.verdicts.liveness;
}

function statusOfWorker(
  probe: Exclude<Probe, "liveness">,
  slot: SlotState,
  limits: Silence,
): WorkerVerdict {
  const { state, ending, report, silence } = slot;
  if (state === "empty") return down("no worker has been here yet");
  if (state === "gone") return down(ending ?? "it has ended");
  if (report === undefined) return down(isMissing(slot, limits) ? NEVER : NOT_YET);
  if (state === "left")
    return probe === "startup" ? report.verdicts.startup : down("it has disconnected");
  if (probe === "startup") return report.verdicts.startup;
  if (silence > limits.readiness) return down(silentFor(limits.readiness));
  if (probe === "readiness" && report.phase === "draining") return down("it is draining");
  return report.verdicts[probe];
}

/**
 * Returns the number of expected workers that must pass.
 *
 * @internal
 */
export function needed(rule: ClusterRule, expected: number): number {
  if (rule === "all" || expected === 0) return expected;
  return rule === "quorum" ? Math.floor(expected / 2) + 1 : 1;
}

/**
 * Combines the verdicts of all slots on a probe.
 *
 * @internal
 */
export function verdictOfCluster(
  rule: ClusterRule,
  expected: number,
  verdicts: readonly OutcomeStatus[],
): OutcomeStatus {
  const passing = verdicts.filter((verdict) => verdict !== "down").length;
  if (passing < needed(rule, expected)) return "down";
  return verdicts.every((verdict) => verdict === "up") ? "up" : "degraded";
}

function down(reason: string): WorkerVerdict {
  return { status: "down", reason };
}

function silentFor(limit: number): string {
  return `it has not reported for more than ${limit} ms`;
}
