import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import type { HealthServer } from "../contract/health-server.ts";
import { badOption } from "../contract/misuse.ts";
import { type HealthInternals, internalsOf, type ResponseOverrides } from "../health-internals.ts";
import { type ListenAddress, listenFailed, urlOf } from "./internal/listen-address.ts";
import {
  answersOf,
  type ListenOptions,
  type StalledOptions,
  stallLimits,
  validateListenOptions,
} from "./internal/listen-options.ts";
import { openServer, type RunningServer } from "./internal/probe-server.ts";
import { ProbeThread } from "./probe-thread/probe-thread.ts";
import { ThreadUnavailableError } from "./probe-thread/start-worker.ts";

export type { ListenOptions, StalledOptions } from "./internal/listen-options.ts";

/**
 * Serves the probes on a port of their own, apart from the service. `/` is readiness there, for load
 * balancers that ask for nothing else; what is not hale's is 404.
 *
 * @throws `HALE_UNKNOWN_OPTION`, `HALE_BAD_OPTION`, and `HALE_LISTEN_FAILED` when the port cannot be had
 * @example
 * ```ts
 * import { createHealth } from "hale";
 * import { listen } from "hale/node";
 *
 * const { url, close } = await listen(createHealth(), { port: 0, host: "127.0.0.1" });
 * console.log(await (await fetch(url)).text());
 * await close();
 * ```
 */
export async function listen(health: Health, options: ListenOptions): Promise<HealthServer> {
  const parts = internalsOf("listen()", health);
  validateListenOptions(options);
  const { port, host, thread = false, stalled = {}, interval = 5000 } = options;
  const place: ListenAddress = { port, host };
  const answers = answersOf(options);
  if (thread && parts.cluster) {
    const expected = "left out for the health of a cluster, whose primary is not kept busy";
    throw badOption("listen()", "thread", expected, "true");
  }
  if (thread) requireStart(parts);
  try {
    const opened =
      (thread && (await openThread(parts, place, { stalled, interval, answers }))) ||
      (await openServer(parts.handler({ responses: answers, readinessAtRoot: true }), place));
    if (thread) warnOfSilence(parts);
    return {
      url: urlOf("http", { port: opened.port, host }),
      port: opened.port,
      close: () => opened.close(),
    };
  } catch (cause) {
    throw listenFailed(place, cause);
  }
}

/** Keeps startup back until something says that the service has started: its probes are answered while it loads. */
function requireStart({ lifecycle }: HealthInternals): void {
  if (lifecycle.startup.requireEvidence()) return;
  const message =
    "listen() with thread: true came after startup had finished, which nothing had kept back. Call it in the same turn as createHealth(), or attach the server, add a start-up task, or set startup: { manual: true } in that turn.";
  throw new HaleError("HALE_ALREADY_STARTED", message);
}

/** Warns where startup would wait for ever; the code after `await listen()` comes before. */
function warnOfSilence({ lifecycle, clock, log }: HealthInternals): void {
  clock.nextTurn(() => {
    if (!lifecycle.startup.isSilent) return;
    const message =
      "nothing says when the service has started, so startup stays 503: attach() its server, give that to gracefulShutdown(), add a start-up task, or call markStarted()";
    log("warn", message, {});
  });
}

/** The options of the probe thread. */
interface ThreadSettings {
  readonly stalled: StalledOptions;
  readonly interval: number;
  readonly answers: ResponseOverrides | undefined;
}

/** The probe thread; `undefined` where none can be had. */
async function openThread(
  parts: HealthInternals,
  place: ListenAddress,
  { stalled, interval, answers = {} }: ThreadSettings,
): Promise<RunningServer | undefined> {
  try {
    const thread = await ProbeThread.open(parts, {
      place,
      limits: stallLimits(stalled),
      answers,
    });
    const endSampling = parts.engine.sampleAll(interval);
    return {
      port: thread.port,
      close() {
        endSampling();
        return thread.close();
      },
    };
  } catch (failure) {
    if (!(failure instanceof ThreadUnavailableError)) throw failure;
    const why = failure.message;
    const message = `no probe thread can be had, so the main thread answers probes itself: ${why}`;
    parts.log("warn", message, { why });
    return undefined;
  }
}
