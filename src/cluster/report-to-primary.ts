import cluster from "node:cluster";
import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import { type HealthInternals, internalsOf } from "../health-internals.ts";
import {
  INTERNAL_MESSAGE,
  isAck,
  orderIn,
  toMessage,
  type WorkerReport,
  type WorkerVerdict,
} from "./cluster-message.ts";
import { primaryOrdersOf } from "./primary-orders.ts";

/** Milliseconds between two reports when nothing changes. */
export const BEAT = 1000;

/** Milliseconds between two runs of a check that has no interval of its own: a worker is not probed. */
const INTERVAL = 5000;

/** Milliseconds within which the primary acknowledges the first report; one that loads for longer is late. */
const ACK_TIMEOUT = 10 * BEAT;

/** Characters of a reason that travel. */
const MOST_SAID = 300;

/**
 * Lets a worker of `node:cluster` report to the primary, where `clusterHealth()` answers for all
 * workers: at once when something changes, and else every second. Checks without `interval` run
 * every 5 s. Where the primary calls `gracefulShutdown()`, it leads the one of the worker. The
 * function that it returns stops that. A primary that does not answer within 10 s is logged.
 *
 * Under pm2's cluster mode, whose primary is a daemon, it does nothing but say so in the log.
 *
 * @throws `HALE_NOT_A_WORKER`, `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import cluster from "node:cluster";
 * import { createHealth } from "hale";
 * import { reportToPrimary } from "hale/node";
 *
 * if (cluster.isWorker) reportToPrimary(createHealth());
 * ```
 */
export function reportToPrimary(health: Health): () => void {
  const parts = internalsOf("reportToPrimary()", health);
  if (!cluster.isWorker) {
    const message =
      "reportToPrimary() is for a worker of node:cluster, and this process is none. Call it where cluster.isWorker is true.";
    throw new HaleError("HALE_NOT_A_WORKER", message);
  }
  if (isWorkerOfPm2(process.env)) {
    const advice = "under pm2 this process answers for itself: give its health to attach() or";
    parts.log("info", `${advice} listen(), on a port of its own`, {});
    return () => {};
  }
  return reportThrough(process, parts);
}

/** The part of the process of a worker that leads to the primary. */
export type PrimaryChannel = Pick<NodeJS.EventEmitter, "on" | "off"> &
  Pick<NodeJS.Process, "connected" | "send">;

/**
 * Reports to the primary through a channel; returns a function that stops it.
 *
 * @internal
 */
export function reportThrough(channel: PrimaryChannel, parts: HealthInternals): () => void {
  const { clock, log } = parts;
  let acknowledged = false;
  let stopWaiting: (() => void) | undefined;
  const waitForAck = () =>
    clock.after(ACK_TIMEOUT, () => {
      // A late timer fires before the loop reads the acknowledgement that has come.
      stopWaiting = clock.nextTurn(() => {
        if (!acknowledged && channel.connected) log("warn", NO_ACK, {});
      });
    });
  const stopPosting = postReports(parts, (report) => {
    // The channel may close at any time; the primary sees that by itself.
    if (!channel.connected) return;
    channel.send?.(toMessage({ ...report, acknowledged }), undefined, undefined, () => {});
    stopWaiting ??= waitForAck();
  });
  const listener = (message: unknown) => {
    acknowledged ||= isAck(message);
    const order = orderIn(message);
    if (order !== undefined) primaryOrdersOf(parts).hear(order, clock.now());
  };
  channel.on(INTERNAL_MESSAGE, listener);
  return () => {
    stopPosting();
    stopWaiting?.();
    channel.off(INTERNAL_MESSAGE, listener);
  };
}

const NO_ACK = `the primary did not answer the reports of this worker within ${ACK_TIMEOUT} ms: give its probe port clusterHealth(createHealth(), { workers }) in place of a health of its own`;

/** Whether the primary of this process is pm2's daemon, which knows nothing of hale. */
export function isWorkerOfPm2(env: NodeJS.ProcessEnv): boolean {
  return env.pm_id !== undefined && env.exec_mode === "cluster_mode";
}

/**
 * Posts what a health says of itself, at each change and at each beat; returns what stops it.
 *
 * @internal
 */
export function postReports(
  parts: HealthInternals,
  send: (report: WorkerReport) => void,
): () => void {
  const { engine, clock, events } = parts;
  let stopped = false;
  let busy = false;
  let again = false;
  let cancel = () => {};

  async function post(): Promise<void> {
    again = busy;
    if (busy || stopped) return;
    busy = true;
    cancel();
    const report = await reportOf(parts);
    busy = false;
    if (stopped) return;
    send(report);
    cancel = clock.after(BEAT, () => void post());
    if (again) await post();
  }

  const stops = [engine.sampleAll(INTERVAL), events.on("phase", post), events.on("change", post)];
  void post();
  return () => {
    stopped = true;
    cancel();
    for (const stop of stops) stop();
  };
}

async function reportOf(parts: HealthInternals): Promise<WorkerReport> {
  const { reporter, lifecycle } = parts;
  const responses = await Promise.all(
    PROBES.map((probe) => reporter.refresh({ probe, check: undefined, exclude: [] })),
  );
  const reports = responses.map((response) => response.report());
  const verdictOf = (probe: Probe) => verdictIn(reports.find((one) => one.probe === probe));
  return {
    phase: lifecycle.phase,
    obeys: primaryOrdersOf(parts).obeyed,
    verdicts: {
      liveness: verdictOf("liveness"),
      readiness: verdictOf("readiness"),
      startup: verdictOf("startup"),
      deep: verdictOf("deep"),
    },
  };
}

function verdictIn(report: Report | undefined): WorkerVerdict {
  if (report === undefined || report.status === "up") return { status: "up" };
  return { status: report.status, reason: reasonOf(report).slice(0, MOST_SAID) };
}

function reasonOf({ status, reason, phase, tasks, checks }: Report): string {
  const blamed = checks.filter((check) =>
    status === "down" ? check.failing : check.status !== "up",
  );
  const said = [
    ...(reason === undefined ? [] : [reason]),
    ...tasks.map(({ name }) => `start-up task "${name}" is not done`),
    ...blamed.map(
      ({ name, status, reason }) => `check ${name} is ${status}${reason ? `: ${reason}` : ""}`,
    ),
  ];
  return said.join("; ") || `it is ${phase}`;
}
