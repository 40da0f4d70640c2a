import type { HealthInternals, ResponseOverrides } from "../../health-internals.ts";
import type { Access } from "../../http/access.ts";
import { watchdogPeriod } from "../../process-managers/watchdog.ts";
import { redact } from "../../report/redact.ts";
import type { ListenAddresses, ListenPorts, RunningServers } from "../internal/health-servers.ts";
import { Heartbeat, sharedNow } from "./heartbeat.ts";
import type { StallLimits, ThreadData, Watchdog } from "./messages.ts";
import { ProbeWorker } from "./probe-worker.ts";
import { RestartPause } from "./restart-pause.ts";
import { SnapshotPublisher } from "./snapshot-publisher.ts";
import { WorkerRequests } from "./worker-requests.ts";

/** The options of a probe thread. */
export interface ThreadOptions {
  readonly addresses: ListenAddresses;
  readonly limits: StallLimits;
  /** The response options that differ from those of the health. */
  readonly overrides: ResponseOverrides;
}

/** The probe thread of one health, on the side of the main thread. */
export class ProbeThread implements RunningServers {
  #parts: HealthInternals;
  readonly #limits: StallLimits;
  readonly #overrides: ResponseOverrides;
  #access: Access;
  readonly #beat = new Heartbeat();
  #publisher: SnapshotPublisher;
  #requests: WorkerRequests;
  readonly #pause = new RestartPause();
  readonly #onExit = () => this.#worker?.closeBeforeExit();
  readonly #addresses: ListenAddresses;
  #ports: ListenPorts = { http: undefined, grpc: undefined };
  #worker: ProbeWorker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(parts: HealthInternals, { addresses, limits, overrides }: ThreadOptions) {
    this.#parts = parts;
    this.#addresses = addresses;
    this.#limits = limits;
    this.#overrides = overrides;
    this.#access = parts.access(overrides);
    this.#publisher = this.#createPublisher();
    this.#requests = this.#createRequests();
  }

  /**
   * Starts the thread before it returns, so that it listens even if nothing else ever runs.
   *
   * @throws {@link ThreadUnavailableError} where it is unavailable, and {@link PortFailure} for a port that is
   * taken
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

  /** Serves another health from now on, over the same port. */
  replaceHealth(parts: HealthInternals): void {
    this.#publisher.stop();
    this.#parts = parts;
    this.#access = parts.access(this.#overrides);
    this.#publisher = this.#createPublisher();
    this.#requests = this.#createRequests();
    const { exposing, deadline, counts, snapshot } = this.#data();
    this.#worker?.post({ kind: "health", exposing, deadline, counts, snapshot });
  }

  get ports(): ListenPorts {
    return this.#ports;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    this.#publisher.stop();
    await this.#worker?.end();
    process.off("exit", this.#onExit);
  }

  #createPublisher(): SnapshotPublisher {
    return new SnapshotPublisher({
      parts: this.#parts,
      beat: this.#beat,
      send: (snapshot) => this.#worker?.post({ kind: "snapshot", snapshot }),
    });
  }

  #createRequests(): WorkerRequests {
    return new WorkerRequests({
      parts: this.#parts,
      access: this.#access,
      limits: this.#limits,
      publish: () => this.#publisher.send(),
    });
  }

  /** Resolves once the worker listens. */
  async #start(): Promise<void> {
    const worker: ProbeWorker = new ProbeWorker(this.#data(), (message) =>
      this.#requests.handle(message, (answer) => worker.post(answer)),
    );
    this.#worker = worker;
    try {
      this.#ports = await worker.listening;
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
    const { http: httpOptions, deadline } = this.#parts;
    const { http, grpc } = this.#addresses;
    const ports = this.#ports;
    const { expose } = this.#access;
    const rule = typeof expose === "function";
    return {
      addresses: { http: withPort(http, ports.http), grpc: withPort(grpc, ports.grpc) },
      exposing: {
        ...httpOptions,
        ...this.#overrides,
        expose: rule ? undefined : expose,
        rule,
      },
      limits: this.#limits,
      deadline,
      beat: this.#beat.buffer,
      counts: this.#parts.counts.memory,
      snapshot: this.#publisher.snapshot(),
      watchdog: watchdogOf(process.env, process.pid),
    };
  }

  /** `listenedFor`: milliseconds, or `undefined` where the worker never listened. */
  #restartAfter(failure: string, listenedFor: number | undefined): void {
    if (this.#closed) return;
    const why = redact(failure);
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
      const { http, grpc } = this.#ports;
      const port = http ?? grpc;
      this.#parts.log("info", `the probe thread listens again on port ${port}`, { port });
    } catch (failure) {
      this.#restartAfter((failure as Error).message, undefined);
    }
  }
}

/** Returns an address with the port that a server had, so that the next one has it again. */
function withPort<A extends { readonly port: number }>(
  address: A | undefined,
  port: number | undefined,
): A | undefined {
  return address && { ...address, port: port ?? address.port };
}

/** The data with which the thread notifies systemd that the process lives, also while the main thread is busy. */
function watchdogOf(env: NodeJS.ProcessEnv, pid: number): Watchdog | undefined {
  const { NOTIFY_SOCKET, PATH = "" } = env;
  const period = watchdogPeriod(env, pid);
  if (!NOTIFY_SOCKET || period === undefined) return undefined;
  return { period, env: { NOTIFY_SOCKET, PATH } };
}
