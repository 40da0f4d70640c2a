import cluster from "node:cluster";
import { handBackConnections } from "../cluster/hand-back.ts";
import { WorkerLeader } from "../cluster/lead-workers.ts";
import { primaryOrdersOf } from "../cluster/primary-orders.ts";
import { isWorkerOfPm2 } from "../cluster/report-to-primary.ts";
import { HaleError } from "../contract/errors.ts";
import type { HealthRequest } from "../contract/http.ts";
import { refusePrimaryHealth } from "../contract/primary-health.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, internalsOf } from "../health-internals.ts";
import { isOfNode } from "../node-http/node-request.ts";
import { reportListening } from "../node-http/report-listening.ts";
import { notifyPm2 } from "../process-managers/pm2.ts";
import { notifySystemd } from "../process-managers/systemd.ts";
import { reasonOf } from "../report/reason.ts";
import { hasServers, sortServers } from "./closable-servers.ts";
import { WebSockets } from "./connections/web-sockets.ts";
import { describeFatal } from "./describe-fatal.ts";
import { warnOfNestListeners } from "./nest-listeners.ts";
import { ProbePaths } from "./probe-paths.ts";
import { followReadiness } from "./probers.ts";
import { guardProcess, type ProcessGuard } from "./process-guard.ts";
import {
  exitCodeOf,
  listenToProcess,
  otherListeners,
  type ProcessLike,
} from "./process-signals.ts";
import { ServerDrain } from "./server-drain.ts";
import { type GroupMember, groupOf } from "./shutdown-group.ts";
import { type ShutdownOptions, shutdownSettings } from "./shutdown-options.ts";
import { NOTHING, type ShutdownResult, ShutdownSequence } from "./shutdown-sequence.ts";
import { TrafficHistory } from "./traffic-history.ts";
import { type ClusterLike, warnOfPrimary, warnOfThread, warnOfWorkers } from "./unled-processes.ts";
import { serverOwner, warnOfUnseenServer } from "./unseen-server.ts";

/** A shutdown that waits for its signal. */
export interface Shutdown {
  /**
   * Begins it, for the reason that the log is to say; once it has begun, the same promise again. It
   * resolves when all is closed, and never rejects; with `exit`, the process ends then.
   */
  begin(why?: string): Promise<ShutdownResult>;
  /** Listens to nothing any more, and `begin()` ends nothing; a shutdown that has begun goes on. */
  dispose(): void;
}

/**
 * The part of the process that a shutdown uses; tests replace it.
 *
 * @internal
 */
export interface ShutdownEnvironment {
  readonly process: ProcessLike;
  readonly cluster: ClusterLike;
  /** Notifies the process managers of its life; returns what stops that. */
  readonly notify: (parts: HealthInternals) => () => void;
  /** Leads the workers, where the health is that of a cluster. */
  readonly lead: (parts: HealthInternals) => WorkerLeader | undefined;
  /** Resolves once connections that came too late have been handed back to the primary of a cluster. */
  readonly handBack: () => Promise<void>;
  /** Holds the process open until it is called off: a shutdown may wait for nothing but time. */
  readonly hold: () => () => void;
}

const shutdowns = sharedState("shutdowns", () => new WeakSet<HealthInternals>());

/**
 * Ends a service so that no request is lost: on SIGTERM or SIGINT readiness is 503 at once, the
 * servers go on until no more requests come, those in flight finish, and the hooks are run. Call it
 * before the servers listen.
 *
 * systemd and pm2, where they manage the process, are notified when it is ready and when it ends. With
 * the health of a cluster, the workers drain with their primary, and end before it.
 *
 * The process ends with 0, or with 1 when a deadline cut something off or a hook failed; a
 * `process.exitCode` that the service has set is kept. The same signal within a second is the same
 * request; a later one ends the process at once.
 *
 * @throws `HALE_SHUTDOWN_TWICE`, `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createHealth } from "hale";
 * import { attach, gracefulShutdown } from "hale/node";
 *
 * const health = createHealth({ logger: false });
 * const server = createServer((request, response) => response.end("Hello"));
 * attach(server, health);
 * const { begin } = gracefulShutdown({
 *   health,
 *   servers: [server],
 *   onClose: { database: async () => {} },
 *   exit: false,
 * });
 * server.listen(0, "127.0.0.1");
 * const { code } = await begin("the example is over");
 * if (code !== 0) throw new Error("Something was cut off.");
 * ```
 */
export function gracefulShutdown(options: ShutdownOptions): Shutdown {
  return composeShutdown(options, {
    process,
    cluster,
    notify(parts) {
      const stops = [notifySystemd(parts), notifyPm2(parts, process)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    lead: (parts) => (parts.cluster ? new WorkerLeader(cluster, parts) : undefined),
    handBack: () => handBackConnections(cluster),
    hold() {
      const timer = setInterval(() => {}, 2 ** 30);
      return () => clearInterval(timer);
    },
  });
}

/**
 * Wires a shutdown.
 *
 * @internal
 */
export function composeShutdown(
  options: ShutdownOptions,
  { process, cluster, notify, lead, handBack, hold }: ShutdownEnvironment,
): Shutdown {
  const settings = shutdownSettings(options);
  const { health } = options;
  const parts = internalsOf("gracefulShutdown()", health);
  refusePrimaryHealth("gracefulShutdown()", health);
  const sorted = sortServers("gracefulShutdown()", options.servers ?? []);
  if (shutdowns.has(parts)) {
    const message =
      "gracefulShutdown() was called already for this health. Call it once, with all servers and hooks, or dispose of the first one before.";
    throw new HaleError("HALE_SHUTDOWN_TWICE", message);
  }
  shutdowns.add(parts);

  const { clock, router, log } = parts;
  const traffic = new TrafficHistory();
  const probePaths = new ProbePaths((path) => router(path) !== undefined);
  const isProbePath = (path: string) => probePaths.includes(path);
  const servers = sorted.servers.map(
    (server) => new ServerDrain(server, { clock, isProbePath, traffic }),
  );
  function* targets() {
    for (const server of servers) yield* server.targets();
  }
  const learnPrefix = ({ request }: { readonly request: HealthRequest }) => {
    if (!isOfNode(request)) probePaths.learn(request.url, targets());
  };
  const leader = lead(parts);
  const orders = primaryOrdersOf(parts);
  const reachable = leader !== undefined || hasServers(sorted);
  const group = groupOf(process);
  const sequence = new ShutdownSequence({
    health,
    parts,
    settings,
    kubernetes: Boolean(process.env.KUBERNETES_SERVICE_HOST),
    leader,
    traffic,
    servers,
    webSockets: sorted.webSocketServers.map((server) => new WebSockets(server)),
    sorted,
    reachable,
    serverOwner: () => (reachable ? undefined : serverOwner(parts, group)),
    handBack,
    siblings: isWorkerOfPm2(process.env),
  });
  let guard: ProcessGuard | undefined;
  let ended: Promise<ShutdownResult> | undefined;
  let isDisposed = false;

  async function run(why: string): Promise<ShutdownResult> {
    const release = hold();
    guard = guardProcess(process, (call, code) => logEarlyExit(call, code));
    group.began(member, why);
    if (settings.exit && !group.leads) warnOfWorkers(log, cluster);
    const result = await sequence.run(why);
    release();
    guard.stop();
    const code = group.ended(member, result.code);
    if (code !== undefined) process.exit(Number(process.exitCode) || code);
    else if (!settings.exit) listening.stop();
    // What listens again reads its address first, as supertest does.
    if (!settings.exit) for (const one of servers) one.forgetAddress();
    return result;
  }
  function begin(given?: string): Promise<ShutdownResult> {
    if (ended === undefined && isDisposed) return Promise.resolve(DISPOSED);
    const why = given || "begin() was called";
    // At once, since what run() does first may ask for it again.
    if (ended === undefined) {
      let start = (_: Promise<ShutdownResult>) => {};
      ended = new Promise((resolve) => {
        start = resolve;
      });
      start(run(reasonOf(why)));
    }
    return ended;
  }
  const member: GroupMember = {
    exits: settings.exit,
    leads: leader !== undefined,
    servers: sorted.servers,
    begin: (why) => void begin(why),
  };

  const listening = listenToProcess(process, settings.signals, clock, {
    begin(why) {
      logListeners(why);
      void begin(why);
    },
    repeated: (signal) =>
      log("info", `${signal} received during the shutdown, which goes on`, { signal }),
    again: settings.exit ? exitAtOnce : leaveToOthers,
    isOwn: (signal) => guard?.isOwn(signal) ?? false,
    fatal: settings.fatal
      ? (failure) => {
          log("error", `uncaught exception: ${describeFatal(failure)}`, {});
          sequence.expedite();
          void begin("an uncaught exception");
        }
      : undefined,
  });

  function exitAtOnce(signal: string): void {
    const code = exitCodeOf(signal);
    const line = `${signal} received during the shutdown, while ${sequence.stage}: the process ends at once, exit code ${code}`;
    log("error", line, { code });
    guard?.stop();
    process.exit(code);
  }
  /** Sends the signal again, for a process that is not hale's to end: it does then what it does without hale. */
  function leaveToOthers(signal: string): void {
    listening.ignoreSignals();
    if (process.listenerCount(signal) === 0) guard?.resend(signal);
  }
  function logListeners(signal: string): void {
    const others = otherListeners(process, signal);
    if (others.length === 0) return;
    const line = `other code listens to ${signal} too: ${others.join(", ")}; if it ends the process, the shutdown is cut short`;
    log("info", line, { signal, listeners: others });
  }
  function logEarlyExit(call: string | undefined, code: number): void {
    const { stage, unfinished } = sequence;
    const by = call ?? "other code";
    const missing = unfinished.length === 0 ? "no hook" : unfinished.join(", ");
    const line = `the process was ended while ${stage}, exit code ${code}, by ${by}; not finished: ${missing}`;
    log("error", line, { code, unfinished });
  }

  if (settings.exit) warnOfThread(log);
  orders.obeyed = true;
  const stops = [
    group.join(member),
    reachable ? () => {} : warnOfUnseenServer(parts, group),
    warnOfNestListeners(options.servers ?? [], settings.signals, process, log),
    ...sorted.servers.map((server) => reportListening(server, health)),
    followReadiness(parts),
    parts.events.on("readiness", learnPrefix),
    warnOfPrimary(log, cluster, process.env),
    notify(parts),
    orders.onOrder((order) => {
      if (order !== "follow") void begin("the primary ends");
    }),
    () => leader?.dispose(),
    () => {
      orders.obeyed = false;
    },
  ];
  function letGo(): void {
    for (const stop of stops) stop();
    for (const one of servers) one.dispose();
    shutdowns.delete(parts);
  }
  return {
    begin(why) {
      const result = begin(why);
      sequence.requested();
      return result;
    },
    dispose() {
      isDisposed = true;
      listening.stop();
      if (ended === undefined) letGo();
      else void ended.then(letGo);
    },
  };
}

/** The result of a shutdown that was disposed of before it began. */
const DISPOSED: ShutdownResult = {
  code: 0,
  drained: "nothing was ended, since dispose() was called before",
  cutOff: NOTHING,
  failedHooks: [],
};
