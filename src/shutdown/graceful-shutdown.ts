import cluster from "node:cluster";
import { primaryOrdersOf } from "../cluster/primary-orders.ts";
import { WorkerShutdown } from "../cluster/worker-shutdown.ts";
import { HaleError } from "../contract/errors.ts";
import { sharedState } from "../contract/shared-state.ts";
import { type HealthInternals, internalsOf } from "../health-internals.ts";
import { notifyPm2 } from "../process-managers/pm2.ts";
import { notifySystemd } from "../process-managers/systemd.ts";
import { reasonOf } from "../report/reason.ts";
import { sortServers } from "./closable-servers.ts";
import { WebSockets } from "./connections/web-sockets.ts";
import { followReadiness } from "./probers.ts";
import { exitCodeOf, listenToProcess, type ProcessLike } from "./process-signals.ts";
import { ServerDrain } from "./server-drain.ts";
import { type ShutdownOptions, shutdownSettings } from "./shutdown-options.ts";
import { type ShutdownResult, ShutdownSequence } from "./shutdown-sequence.ts";

/** A shutdown that waits for its signal. */
export interface Shutdown {
  /**
   * Begins it, for the reason that the log is to say; once it has begun, the same promise again. It
   * resolves when all is closed, and never rejects; with `exit`, the process ends then.
   */
  begin(why?: string): Promise<ShutdownResult>;
  /** Listens to nothing any more; a shutdown that has begun goes on. */
  dispose(): void;
}

/** What a shutdown has of the process, which tests replace. */
export interface ShutdownEnvironment {
  readonly process: ProcessLike;
  /** Tells those who manage the process of its life; returns what stops that. */
  readonly tend: (parts: HealthInternals) => () => void;
  /** Leads the workers, where the health is that of a cluster. */
  readonly lead: (parts: HealthInternals) => WorkerShutdown | undefined;
  /** Holds the process open until it is called off: a shutdown may wait for nothing but time. */
  readonly hold: () => () => void;
}

const shutdowns = sharedState("shutdowns", () => new WeakSet<HealthInternals>());

/**
 * Ends a service so that no request is lost: on SIGTERM or SIGINT readiness is 503 at once, the
 * servers go on until it is seen that nobody sends requests any more, those in flight finish, and the
 * hooks are run. Call it before the servers listen.
 *
 * systemd and pm2, where they manage the process, are told when it is ready and when it ends. With
 * the health of a cluster, the workers drain with their primary, and end before it.
 *
 * The process ends with 0, or with 1 when a deadline cut something off or a hook failed. A second
 * signal ends it at once.
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
    tend(parts) {
      const stops = [notifySystemd(parts), notifyPm2(parts, process)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    lead: (parts) => (parts.cluster ? new WorkerShutdown(cluster, parts) : undefined),
    hold() {
      const timer = setInterval(() => {}, 2 ** 30);
      return () => clearInterval(timer);
    },
  });
}

/** Wires a shutdown. */
export function composeShutdown(
  options: ShutdownOptions,
  { process, tend, lead, hold }: ShutdownEnvironment,
): Shutdown {
  const settings = shutdownSettings(options);
  const { health } = options;
  const parts = internalsOf("gracefulShutdown()", health);
  const { log, clock } = parts;
  const sorted = sortServers("gracefulShutdown()", options.servers ?? []);
  if (shutdowns.has(parts)) {
    const message =
      "gracefulShutdown() was called already for this health. Call it once, with all servers and hooks, or dispose of the first one before.";
    throw new HaleError("HALE_SHUTDOWN_TWICE", message);
  }
  shutdowns.add(parts);

  const traffics = sorted.servers.map((server) => new ServerDrain(server, clock));
  const leader = lead(parts);
  const told = primaryOrdersOf(parts);
  told.obeyed = true;
  const stops = [
    followReadiness(parts),
    tend(parts),
    told.onOrder((order) => {
      if (order !== "follow") void begin("the primary ends");
    }),
    () => leader?.dispose(),
    () => {
      told.obeyed = false;
    },
  ];
  const course = new ShutdownSequence({
    health,
    parts,
    settings,
    kubernetes: Boolean(process.env.KUBERNETES_SERVICE_HOST),
    leader,
    traffics,
    webSockets: sorted.webSocketServers.map((server) => new WebSockets(server)),
    healthServers: sorted.healthServers,
    // Who says how long it takes at least has a server that hale cannot see.
    reachable:
      sorted.servers.length + sorted.webSocketServers.length > 0 ||
      leader !== undefined ||
      options.drain?.min !== undefined,
  });
  let ended: Promise<ShutdownResult> | undefined;

  async function run(why: string): Promise<ShutdownResult> {
    log("info", `${why}: the shutdown begins`, { why });
    const release = hold();
    const result = await course.run();
    release();
    if (settings.exit) process.exit(result.code);
    else listening.stop();
    return result;
  }
  function begin(why = "begin() was called"): Promise<ShutdownResult> {
    ended ??= run(why);
    return ended;
  }

  const listening = listenToProcess(process, settings.signals, {
    end(why, again) {
      if (!again) void begin(why);
      // Where the process is not hale's to end, the next signal does what it does without hale.
      if (!settings.exit) return listening.ignoreSignals();
      if (!again) return;
      const code = exitCodeOf(why);
      log("error", `${why} again, while ${course.stage}: the process ends at once with ${code}`, {
        code,
      });
      process.exit(code);
    },
    fatal: settings.fatal
      ? (failure) => {
          log("error", `nobody has caught this error: ${describeFatal(failure)}`, {});
          course.expedite();
          void begin("an error that nobody has caught");
        }
      : undefined,
  });

  function letGo(): void {
    for (const stop of stops) stop();
    for (const one of traffics) one.dispose();
    shutdowns.delete(parts);
  }
  return {
    begin,
    dispose() {
      listening.stop();
      if (ended === undefined) letGo();
      else void ended.then(letGo);
    },
  };
}

/** With the frames of its stack, which Node would print, and does not now. */
function describeFatal(failure: unknown): string {
  const stack = failure instanceof Error ? (failure.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return [reasonOf(failure), ...frames].join("\n");
}
