import type { Worker } from "node:cluster";
import type { Status } from "../contract/check.ts";
import { PROBES } from "../contract/probe.ts";
import type { Clock } from "../engine/clock.ts";
import type { HealthInternals } from "../health-internals.ts";
import { reportIn } from "./cluster-message.ts";
import { type ClusterReporter, type ClusterSettings, nameOfSlot } from "./cluster-reporter.ts";
import { type SlotState, verdictOfSlot } from "./cluster-rules.ts";
import { BEAT } from "./report-to-primary.ts";
import type { Workers } from "./worker-shutdown.ts";
import type { WorkerSlots } from "./worker-slots.ts";

/** Keeps the roster; returns what stops that. */
export function watchWorkers(
  from: Workers,
  roster: WorkerSlots,
  clock: Clock,
  update: () => void,
): () => void {
  const memberOf = ({ id, process }: Worker) => ({ id, pid: process.pid });
  const listeners: Readonly<Record<string, (worker: Worker, ...values: unknown[]) => void>> = {
    fork: (worker) => roster.join(memberOf(worker)),
    message: (worker, message) => {
      const report = reportIn(message);
      if (report !== undefined) roster.hear(memberOf(worker), report);
    },
    disconnect: (worker) => roster.leave(memberOf(worker)),
    exit: (worker, code, signal) => {
      const how = signal ? `was killed by ${signal}` : `has exited with ${code}`;
      roster.end(memberOf(worker), `process ${worker.process.pid} ${how}`);
    },
  };
  const added = Object.entries(listeners).map(([event, listener]) => {
    const listen = (worker: Worker, ...values: unknown[]) => {
      listener(worker, ...values);
      update();
    };
    from.on(event, listen);
    return () => void from.off(event, listen);
  });
  for (const worker of Object.values(from.workers ?? {})) {
    if (worker !== undefined) roster.join(memberOf(worker));
  }
  // Counted in beats of the primary, so that a pause of the primary is no silence of the workers.
  let cancel = () => {};
  const beat = () => {
    cancel = clock.after(BEAT, () => {
      roster.pass(BEAT);
      update();
      beat();
    });
  };
  beat();
  return () => {
    cancel();
    for (const remove of added) remove();
  };
}

/** Tells of each change of a worker's readiness, and keeps no answer beyond a change. */
export function reportChanges(
  roster: WorkerSlots,
  { events, log }: HealthInternals,
  { reportTimeout }: ClusterSettings,
  reporter: ClusterReporter,
): () => void {
  let known = "";
  let shown: readonly { readonly to: Status | undefined; readonly state: SlotState["state"] }[] =
    [];
  return () => {
    const all = PROBES.map((probe) =>
      roster.seats.map((seat) => verdictOfSlot(probe, seat, reportTimeout).status),
    );
    const now = JSON.stringify([all, roster.seats.map(({ state }) => state)]);
    if (now === known) return;
    known = now;
    reporter.invalidate();
    const before = shown;
    shown = roster.seats.map((seat, index) => {
      const check = nameOfSlot(index);
      const { status: to, reason } = verdictOfSlot("readiness", seat, reportTimeout);
      const { to: from = "unknown", state = "empty" } = before[index] ?? {};
      if (seat.state === "empty") return { to: undefined, state: seat.state };
      // Of a death is told also when the worker was not ready before it.
      if (from !== to || (seat.state === "gone" && state !== "gone")) {
        const why = reason === undefined ? "" : `: ${reason}`;
        const line = `${check} is ${to}, was ${from}${why}`;
        log(to === "up" ? "info" : "warn", line, { check, from, to, reason });
      }
      if (from !== to) events.emit("change", { check, from, to, reason });
      return { to, state: seat.state };
    });
  };
}
