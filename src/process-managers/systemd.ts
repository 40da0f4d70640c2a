import { execFile } from "node:child_process";
import cluster from "node:cluster";
import type { HealthInternals } from "../health-internals.ts";
import { onStarted } from "./on-started.ts";
import { startWatchdog, watchdogPeriod } from "./watchdog.ts";

/** The environment that systemd gives a process, and the way to notify it; tests replace it. */
export interface SystemdEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  /** Whether this is a worker of a cluster: it is not the service that systemd knows. */
  readonly isWorker: boolean;
  /** Sends assignments such as `READY=1`; rejects when that was not possible. */
  readonly notify: (assignments: readonly string[]) => Promise<void>;
}

/** Milliseconds that `systemd-notify` may take; it waits for systemd to have read. */
const LONGEST = 5000;

/** Sends assignments to systemd through its own program, because Node has no sockets of this kind. */
export function notifyBy(env: NodeJS.ProcessEnv, program = "systemd-notify") {
  return (assignments: readonly string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = execFile(program, [...assignments], { env, timeout: LONGEST }, (failure) => {
        if (failure === null) resolve();
        else reject(failure);
      });
      // The service may end while it is told of.
      child.unref();
    });
}

const HERE: SystemdEnvironment = {
  env: process.env,
  pid: process.pid,
  isWorker: cluster.isWorker,
  notify: notifyBy(process.env),
};

/**
 * Notifies systemd of the life of a service, where `NOTIFY_SOCKET` is set: `READY=1` once startup is
 * done, `STOPPING=1` at the drain, and `WATCHDOG=1` at half of `WATCHDOG_USEC` for as long as
 * liveness is not down. A worker of a cluster says nothing. What cannot be sent is one line in the log. Returns what stops it.
 */
export function notifySystemd(
  parts: HealthInternals,
  environment: SystemdEnvironment = HERE,
): () => void {
  const { env, pid, isWorker, notify } = environment;
  if (!env.NOTIFY_SOCKET || isWorker) return () => {};
  let told = false;
  let last: Promise<void> = Promise.resolve();
  // One after the other, so that nothing overtakes what was said before it.
  const say = (...assignments: string[]): Promise<void> => {
    last = last
      .then(() => notify(assignments))
      .catch((failure: Error) => {
        if (told) return;
        told = true;
        const why = `systemd was not notified: ${parts.describe(failure.message).reason}`;
        parts.log("warn", `${why}. Install systemd-notify, and set NotifyAccess=all.`, {});
      });
    return last;
  };

  const stops = [
    onStarted(parts, () => {
      if (parts.lifecycle.phase !== "draining") void say("READY=1", "STATUS=serving");
    }),
    parts.events.on("phase", ({ to }) => {
      if (to === "draining") void say("STOPPING=1", "STATUS=draining");
    }),
  ];
  const period = watchdogPeriod(env, pid);
  if (period !== undefined) {
    const isAlive = () => alive(parts);
    stops.push(
      startWatchdog({ period, isAlive, notify: () => say("WATCHDOG=1"), clock: parts.clock }),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}

async function alive({ reporter }: HealthInternals): Promise<boolean> {
  const question = { probe: "liveness", check: undefined, exclude: [] } as const;
  return (await reporter.refresh(question)).report().status !== "down";
}
