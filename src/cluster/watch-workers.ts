import type { Worker } from "node:cluster";
import type { Status } from "../contract/check.ts";
import { PROBES } from "../contract/probe.ts";
import type { Clock } from "../engine/clock.ts";
import type { HealthInternals } from "../health-internals.ts";
import { toAckMessage } from "./cluster-message.ts";
import { type ClusterReporter, type ClusterSettings, nameOfSlot } from "./cluster-reporter.ts";
import { isMissing, isStarting, type SlotState, verdictOfSlot } from "./cluster-rules.ts";
import { followWorkers, type Workers } from "./follow-workers.ts";
import { BEAT } from "./report-to-primary.ts";
import { drains, type WorkerSlots } from "./worker-slots.ts";

/** The last known state of a slot. */
interface Shown {
  readonly to: Status | undefined;
  /** The readiness that the log has of it. */
  readonly logged: Status;
  readonly state: SlotState["state"];
  /** Whether its worker has not reported in time. */
  readonly missing: boolean;
}

/** Keeps the slots of the workers; returns a function that stops it. */
export function watchWorkers(
  from: Workers,
  slots: WorkerSlots,
  clock: Clock,
  update: () => void,
): () => void {
  const memberOf = ({ id, process }: Worker) => ({ id, pid: process.pid });
  const stop = followWorkers(from, {
    joined(worker) {
      slots.join(memberOf(worker));
      update();
    },
    reported(worker, report) {
      slots.hear(memberOf(worker), report);
      update();
      if (report.acknowledged || !worker.isConnected()) return;
      // The channel may close at any time.
      worker.send(toAckMessage(), () => {});
    },
    disconnected(worker) {
      slots.leave(memberOf(worker), worker.exitedAfterDisconnect);
      update();
    },
    ended(worker, how, code) {
      const { pid } = worker.process;
      slots.end(memberOf(worker), pid ? `process ${pid} ${how}` : `its process ${how}`, {
        onRequest: worker.exitedAfterDisconnect,
        failed: code !== 0,
      });
      update();
    },
  });
  // Counted in beats of the primary, so that a pause of the primary is no silence of the workers.
  let cancel = () => {};
  const beat = () => {
    cancel = clock.after(BEAT, () => {
      slots.pass(BEAT);
      update();
      beat();
    });
  };
  beat();
  return () => {
    cancel();
    stop();
  };
}

/** Reports each change of a worker's readiness, and keeps no response beyond a change. */
export function reportChanges(
  slots: WorkerSlots,
  { events, log }: HealthInternals,
  { reportTimeout }: ClusterSettings,
  reporter: ClusterReporter,
): () => void {
  let known = "";
  let shown: readonly Shown[] = [];
  return () => {
    const all = PROBES.map((probe) =>
      slots.all.map((slot) => verdictOfSlot(probe, slot, reportTimeout).status),
    );
    const missing = slots.all.map((slot) => isMissing(slot, reportTimeout));
    const now = JSON.stringify([all, missing, slots.all.map(({ state }) => state)]);
    if (now === known) return;
    known = now;
    reporter.invalidate();
    const before = shown;
    shown = slots.all.map((slot, index) => {
      const check = nameOfSlot(index);
      const { status: to, reason } = verdictOfSlot("readiness", slot, reportTimeout);
      const previous = before[index] ?? NOT_SHOWN;
      const { to: from = "unknown", state, missing: wasMissing } = previous;
      const isLate = missing[index] === true;
      if (slot.state === "empty") return NOT_SHOWN;
      if (from !== to) events.emit("change", { check, from, to, reason });
      const next = { to, state: slot.state, missing: isLate };
      if (isStarting(slot) && !isLate) return { ...next, logged: previous.logged };
      // A death, and a report that does not come, are logged also when the worker was not ready before.
      const isNews = (slot.state === "gone" && state !== "gone") || (isLate && !wasMissing);
      const { logged } = previous;
      if (logged !== to || isNews) {
        const why = reason === undefined ? "" : `: ${reason}`;
        const line = `${check} is ${logged === to ? `still ${to}` : `${to}, was ${logged}`}${why}`;
        const isGood =
          to === "up" || slot.onRequest === true || (slot.state === "here" && drains(slot));
        log(isGood ? "info" : "warn", line, { check, from: logged, to, reason });
      }
      return { ...next, logged: to };
    });
  };
}

const NOT_SHOWN: Shown = { to: undefined, logged: "unknown", state: "empty", missing: false };
