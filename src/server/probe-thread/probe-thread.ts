import type { HealthInternals, ResponseOverrides } from "../../health-internals.ts";
import type { Access } from "../../http/access.ts";
import { watchdogPeriod } from "../../process-managers/watchdog.ts";
import type { ListenAddress } from "../internal/listen-address.ts";
import type { RunningServer } from "../internal/probe-server.ts";
import { Heartbeat, sharedNow } from "./heartbeat.ts";
import type { StallLimits, ThreadData, Watchdog } from "./messages.ts";
import { ProbeWorker } from "./probe-worker.ts";
import { RestartPause } from "./restart-pause.ts";
import { SnapshotPublisher } from "./snapshot-publisher.ts";
import { WorkerRequests } from "./worker-requests.ts";

/** The options of a probe thread. */
export interface ThreadOptions {
  readonly place: ListenAddress;
  readonly limits: StallLimits;
  /** The response options that differ from those of the health. */
  readonly answers: ResponseOverrides;
}

/** The probe thread of one health, on the side of the main thread. */
export class ProbeThread implements RunningServer {
  readonly #parts: HealthInternals;
  readonly #limits: StallLimits;
  readonly #answers: ResponseOverrides;
  readonly #access: Access;
  readonly #beat = new Heartbeat();
  readonly #publisher: SnapshotPublisher;
  readonly #requests: WorkerRequests;
  readonly #pause = new RestartPause();
  readonly #onExit = () => this.#worker?.closeBeforeExit();
  #place: ListenAddress;
  #worker: ProbeWorker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(parts: HealthInternals, { place, limits, answers }: ThreadOptions) {
    this.#parts = parts;
    this.#place = place;
    this.#limits = limits;
    this.#answers = answers;
    this.#access = parts.access(answers);
    this.#publisher = new SnapshotPublisher({
      parts,
      beat: this.#beat,
      send: (snapshot) => this.#worker?.post({ kind: "snapshot", snapshot }),
    });
    this.#requests = new WorkerRequests({
      parts,
      access: this.#access,
      limits,
      publish: () => this.#publisher.send(),
    });
  }

  /**
   * Starts the thread before it returns, so that it listens even if nothing else ever runs.
   *
   * @throws {@link ThreadUnavailableError} where none can be had, and the error of the system for a port
   * that is taken
   */
  static async open(parts: HealthInternals, options: ThreadOptions): Promise<ProbeThread> {
    const thread = new ProbeThread(parts, options);
    try {
      await thread.#start();
      process.on("exit", thread.#onExit);
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
    this.#publisher.stop();
    await this.#worker?.end();
    process.off("exit", this.#onExit);
  }

  /** Resolves once the worker listens. */
  async #start(): Promise<void> {
    const worker: ProbeWorker = new ProbeWorker(this.#data(), (message) =>
      this.#requests.handle(message, (answer) => worker.post(answer)),
    );
    this.#worker = worker;
    try {
      const port = await worker.listening;
      this.#place = { ...this.#place, port };
    } catch (failure) {
      await worker.end();
      throw failure;
    }
    const since = sharedNow();
    void worker.ended.then((why) => this.#restartAfter(why, sharedNow() - since));
    // It may have started from what was believed a while ago.
    this.#publisher.send();
  }

  #data(): Omit<ThreadData, "closed"> {
    const { http, deadline } = this.#parts;
    const { expose } = this.#access;
    const rule = typeof expose === "function";
    return {
      place: this.#place,
      exposing: {
        ...http,
        ...this.#answers,
        expose: rule ? undefined : expose,
        rule,
      },
      limits: this.#limits,
      deadline,
      beat: this.#beat.buffer,
      snapshot: this.#publisher.snapshot(),
      watchdog: watchdogOf(process.env, process.pid),
    };
  }

  /** `listenedFor`: milliseconds, or `undefined` where the worker never listened. */
  #restartAfter(why: string, listenedFor: number | undefined): void {
    if (this.#closed) return;
    const pause = this.#pause.next(listenedFor);
    const when = pause === 0 ? "at once" : `in ${pause} ms`;
    const what = `the probe thread has died: ${why}; it is started again ${when}`;
    this.#parts.log("error", what, { why, pause });
    this.#restart = setTimeout(() => void this.#startAgain(), pause);
    this.#restart.unref();
  }

  async #startAgain(): Promise<void> {
    try {
      await this.#start();
      const { port } = this.#place;
      this.#parts.log("info", `the probe thread listens again on port ${port}`, { port });
    } catch (failure) {
      this.#restartAfter((failure as Error).message, undefined);
    }
  }
}

/** The data with which the thread notifies systemd that the process lives, also while the main thread is busy. */
function watchdogOf(env: NodeJS.ProcessEnv, pid: number): Watchdog | undefined {
  const { NOTIFY_SOCKET, PATH = "" } = env;
  const period = watchdogPeriod(env, pid);
  if (!NOTIFY_SOCKET || period === undefined) return undefined;
  return { period, env: { NOTIFY_SOCKET, PATH } };
}
