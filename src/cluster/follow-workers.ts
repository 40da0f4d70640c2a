import type { Worker } from "node:cluster";
import type { EventEmitter } from "node:events";
import { INTERNAL_MESSAGE, reportIn, type WorkerReport } from "./cluster-message.ts";

/** The part of `node:cluster` that is listened to. */
export type Workers = Pick<EventEmitter, "on" | "off"> & {
  readonly workers?: NodeJS.Dict<Worker> | undefined;
};

/** The events of the workers of a cluster. */
export interface WorkerListener {
  joined(worker: Worker): void;
  reported(worker: Worker, report: WorkerReport): void;
  /** The channel to it is closed: it gets no new connections, and may finish its requests. */
  disconnected?(worker: Worker): void;
  /** Its process has ended, or could not be started. */
  ended(worker: Worker, how: string, code: number | null): void;
}

/** Listens to the workers that there are and to those that come; returns a function that stops it. */
export function followWorkers(from: Workers, listener: WorkerListener): () => void {
  const stops: (() => void)[] = [];
  const listen = (
    target: Pick<EventEmitter, "on" | "off">,
    event: string,
    act: (...values: never[]) => void,
  ) => {
    target.on(event, act as (...values: unknown[]) => void);
    stops.push(() => void target.off(event, act as (...values: unknown[]) => void));
  };
  const join = (worker: Worker) => {
    listener.joined(worker);
    // Node emits no end of a process that could not be started.
    if (!worker.process.pid) listener.ended(worker, "could not be started", null);
    else {
      listen(worker.process, INTERNAL_MESSAGE, (message: unknown) => {
        const report = reportIn(message);
        if (report !== undefined) listener.reported(worker, report);
      });
    }
  };
  listen(from, "fork", join);
  listen(from, "disconnect", (worker: Worker) => listener.disconnected?.(worker));
  listen(from, "exit", (worker: Worker, code: number | null, signal: string | null) => {
    const how = signal ? `was killed by ${signal}` : `has exited with ${code}`;
    listener.ended(worker, how, code);
  });
  for (const worker of Object.values(from.workers ?? {})) if (worker !== undefined) join(worker);
  return () => {
    for (const stop of stops) stop();
  };
}
