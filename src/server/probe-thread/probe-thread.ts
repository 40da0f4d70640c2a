import type { IncomingHttpHeaders } from "node:http";
import type { Worker } from "node:worker_threads";
import type { HealthInternals, ResponseOverrides } from "../../health-internals.ts";
import type { Access } from "../../http/access.ts";
import { headerOf } from "../../node-http/node-request.ts";
import { watchdogPeriod } from "../../process-managers/watchdog.ts";
import type { ListenAddress } from "../internal/listen-address.ts";
import type { RunningServer } from "../internal/probe-server.ts";
import { Heartbeat, sharedNow } from "./heartbeat.ts";
import type {
  FromThread,
  ProberSighting,
  StallLimits,
  ThreadData,
  ToThread,
  Watchdog,
} from "./messages.ts";
import { SnapshotPublisher } from "./snapshot-publisher.ts";
import { stallReason } from "./stall-detector.ts";
import { startWorker, ThreadUnavailableError } from "./start-worker.ts";

/** What a probe thread is given. */
export interface ThreadOptions {
  readonly place: ListenAddress;
  readonly limits: StallLimits;
  /** What is answered otherwise here than elsewhere. */
  readonly answers: ResponseOverrides;
}

/** Milliseconds before a thread that has died is started again, the first time and at most. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 30_000;

/** The probe thread of one health, on the side of the main thread. */
export class ProbeThread implements RunningServer {
  readonly #parts: HealthInternals;
  readonly #limits: StallLimits;
  readonly #answers: ResponseOverrides;
  readonly #access: Access;
  readonly #beat = new Heartbeat();
  readonly #pump: SnapshotPublisher;
  #place: ListenAddress;
  #worker: Worker | undefined;
  #pause = FIRST_PAUSE;
  #listeningSince = Number.NaN;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(parts: HealthInternals, { place, limits, answers }: ThreadOptions) {
    this.#parts = parts;
    this.#place = place;
    this.#limits = limits;
    this.#answers = answers;
    this.#access = parts.access(answers);
    this.#pump = new SnapshotPublisher({
      parts,
      beat: this.#beat,
      send: (snapshot) => this.#tell({ kind: "snapshot", snapshot }),
    });
  }

  /**
   * Starts the thread before it returns, so that it listens even if nothing else ever runs.
   *
   * @throws {@link NoThread} where none can be had, and the error of the system for a port that is taken
   */
  static async open(parts: HealthInternals, options: ThreadOptions): Promise<ProbeThread> {
    const thread = new ProbeThread(parts, options);
    try {
      await thread.#start();
      return thread;
    } catch (failure) {
      await thread.close();
      throw failure;
    }
  }

  get port(): number {
    return this.#place.port;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    this.#pump.stop();
    await this.#worker?.terminate();
  }

  /** Resolves once it listens. */
  #start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = this.#makeWorker();
      let listens = false;
      let why = "it has ended by itself";
      worker.on("message", (message: FromThread) => {
        if (message.kind === "listening") {
          listens = true;
          this.#listens(worker, message.port);
          resolve();
        } else if (message.kind === "refused") {
          const { message: text, code } = message.failure;
          reject(Object.assign(new Error(text), { code }));
          void worker.terminate();
        } else this.#hear(message);
      });
      worker.on("error", (error: Error) => {
        why = error.message;
      });
      worker.on("exit", () => {
        if (this.#worker === worker) this.#worker = undefined;
        reject(new ThreadUnavailableError(why));
        if (listens) this.#died(why);
      });
    });
  }

  #makeWorker(): Worker {
    const { http, deadline } = this.#parts;
    const { paths, tokens, drainStatus, degradedStatus, envoy } = http;
    const { expose } = this.#access;
    const rule = typeof expose === "function";
    const workerData: ThreadData = {
      place: this.#place,
      exposing: {
        paths,
        tokens,
        drainStatus,
        degradedStatus,
        envoy,
        ...this.#answers,
        expose: rule ? undefined : expose,
        rule,
      },
      limits: this.#limits,
      deadline,
      beat: this.#beat.buffer,
      snapshot: this.#pump.snapshot(),
      watchdog: watchdogOf(process.env, process.pid),
    };
    this.#worker = startWorker(workerData);
    return this.#worker;
  }

  #listens(worker: Worker, port: number): void {
    if (this.#restart !== undefined) {
      this.#parts.log("info", `the probe thread listens again on port ${port}`, { port });
    }
    this.#place = { ...this.#place, port };
    this.#listeningSince = sharedNow();
    worker.unref();
    // It may have started from what was believed a while ago.
    this.#pump.send();
  }

  #hear(message: Exclude<FromThread, { kind: "listening" | "refused" }>): void {
    if (message.kind === "settle") void this.#settle(message.id, message.question);
    else if (message.kind === "expose") void this.#expose(message);
    else if (message.kind === "turned") this.#logTurned(message.after);
    else for (const prober of message.probers) this.#emitProber(prober);
  }

  async #settle(
    id: number,
    question: Parameters<HealthInternals["reporter"]["refresh"]>[0],
  ): Promise<void> {
    await this.#parts.reporter.refresh(question);
    this.#pump.send();
    this.#tell({ kind: "settled", id });
  }

  async #expose({ id, request, probe }: Extract<FromThread, { kind: "expose" }>): Promise<void> {
    const { headers = {} } = request;
    const header = (name: string) => headerOf(headers as IncomingHttpHeaders, name);
    const exposure = await this.#access.exposureOf({ ...request, header }, probe);
    this.#tell({ kind: "exposed", id, exposure });
  }

  #logTurned(after: number): void {
    const failed = (["readiness", "liveness"] as const).filter(
      (probe) => after >= this.#limits[probe],
    );
    this.#parts.log(
      "warn",
      `${stallReason(after)}; ${failed.join(" and ")} failed until it turned again`,
      { stalledFor: Math.round(after), failed },
    );
  }

  #emitProber({ key, at, told }: ProberSighting): void {
    const { clock, events } = this.#parts;
    events.emit("prober", { key, at: clock.now() - (sharedNow() - at), told });
  }

  #tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  #died(why: string): void {
    if (this.#closed) return;
    if (sharedNow() - this.#listeningSince > LONGEST_PAUSE) this.#pause = FIRST_PAUSE;
    this.#listeningSince = Number.NaN;
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, LONGEST_PAUSE);
    this.#parts.log(
      "error",
      `the probe thread has died: ${why}; it is started again in ${pause} ms`,
      { why, pause },
    );
    this.#restart = setTimeout(() => {
      this.#start().catch((failure: Error) => this.#died(failure.message));
    }, pause);
    this.#restart.unref();
  }
}

/** What the thread needs to tell systemd that the process lives, also while the main thread is busy. */
function watchdogOf(env: NodeJS.ProcessEnv, pid: number): Watchdog | undefined {
  const { NOTIFY_SOCKET, PATH = "" } = env;
  const period = watchdogPeriod(env, pid);
  if (!NOTIFY_SOCKET || period === undefined) return undefined;
  return { period, env: { NOTIFY_SOCKET, PATH } };
}
