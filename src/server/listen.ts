import { HaleError } from "../contract/errors.ts";
import type { Health } from "../contract/health.ts";
import {
  BOOLEAN,
  HEALTH,
  milliseconds,
  RECORD,
  type Rules,
  requireOption,
  validateOptions,
  wholeNumber,
} from "../contract/options.ts";
import { outerError } from "../contract/outer-errors.ts";
import { type Parts, partsOf } from "../lifecycle/parts.ts";
import { type Opened, openServer, type Place } from "./_probe-server.ts";
import { NoThread, ProbeThread } from "./thread/host.ts";

/** For how long the event loop may stand still, in milliseconds. */
export interface StalledOptions {
  /**
   * Milliseconds after which readiness is 503.
   *
   * @default 2000
   */
  readiness?: number | undefined;
  /**
   * Milliseconds after which liveness is 503.
   *
   * @default 30000
   */
  liveness?: number | undefined;
}

/** What {@link listen} takes. */
export interface ListenOptions {
  /** The port, or 0 for a free one. */
  port: number;
  /**
   * The address to listen on.
   *
   * @default every address, because the kubelet and load balancers come from outside
   */
  host?: string | undefined;
  /**
   * Answers from a thread of its own, in time however busy the service is.
   *
   * @default false
   */
  thread?: boolean | undefined;
  /** With `thread`: for how long the event loop may stand still before a probe fails. */
  stalled?: StalledOptions | undefined;
  /**
   * With `thread`: milliseconds between two runs of a check that has no `interval` itself, since the
   * thread answers from the last results.
   *
   * @default 5000
   */
  interval?: number | undefined;
}

/** A health server that listens. */
export interface Listening {
  /** Where it listens, with a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** A beat comes every 50 ms; a shorter time would take every turn of a busy loop for a stall. */
const SHORTEST_STALL = 200;

const RULES: Rules<ListenOptions> = {
  port: wholeNumber(0, 65_535),
  host: {
    expected: "the name or address of this host",
    accepts: (value) => typeof value === "string" && value !== "",
  },
  thread: BOOLEAN,
  stalled: RECORD,
  interval: milliseconds(10, 24 * 60 * 60 * 1000),
};

const STALLED_RULES: Rules<StalledOptions> = {
  readiness: milliseconds(SHORTEST_STALL),
  liveness: milliseconds(SHORTEST_STALL),
};

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
export async function listen(health: Health, options: ListenOptions): Promise<Listening> {
  requireOption("listen()", "health", health, HEALTH);
  validateOptions("listen()", options, RULES);
  const { port, host, thread = false, stalled = {}, interval = 5000 } = options;
  requireOption("listen()", "port", port, RULES.port);
  validateOptions("stalled", stalled, STALLED_RULES);
  if (!thread) refuseThreadOptions(options);
  const place: Place = { port, host };
  try {
    const opened = thread
      ? await openThread(health, place, stalled, interval)
      : await openServer((request) => health.handle(request), place);
    return {
      url: `http://${hostInUrl(host ?? "127.0.0.1")}:${opened.port}/`,
      port: opened.port,
      close: () => opened.close(),
    };
  } catch (cause) {
    const where = host ?? "every address";
    const failure = outerError("HALE_LISTEN_FAILED", where, port, (cause as Error).message);
    failure.cause = cause;
    throw failure;
  }
}

function refuseThreadOptions(options: ListenOptions): void {
  for (const option of ["stalled", "interval"] as const) {
    if (options[option] === undefined) continue;
    const expected = 'left out, or "thread" be true';
    throw new HaleError("HALE_BAD_OPTION", "listen()", option, expected, "given");
  }
}

/** The probe thread, or a server in this thread where no other can be had. */
async function openThread(
  health: Health,
  place: Place,
  { readiness = 2000, liveness = 30_000 }: StalledOptions,
  interval: number,
): Promise<Opened> {
  const parts = partsOf("listen()", health);
  try {
    refuseOtherRuntimes();
    const thread = await ProbeThread.open(parts, { place, limits: { readiness, liveness } });
    parts.engine.sampleAll(interval);
    return thread;
  } catch (failure) {
    if (!(failure instanceof NoThread)) throw failure;
    logNoThread(parts, failure.message);
    return openServer((request) => health.handle(request), place);
  }
}

/** Their threads are not Node's: limits, flags and messages differ. */
function refuseOtherRuntimes(): void {
  for (const runtime of ["bun", "deno"]) {
    if (runtime in process.versions) throw new NoThread(`This is ${runtime}, not Node.`);
  }
}

function logNoThread({ log }: Parts, why: string): void {
  log("warn", `no probe thread can be had, so the main thread answers probes itself: ${why}`, {
    why,
  });
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
