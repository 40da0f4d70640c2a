import type { Worker } from "node:worker_threads";
import { type ListenPorts, PortFailure } from "../internal/health-servers.ts";
import { ClosedFlag } from "./closed-flag.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { startWorker, ThreadUnavailableError } from "./start-worker.ts";

/** Milliseconds that a worker may take to close its server and end by itself. */
const MAX_END = 5000;

/** Milliseconds for which the end of the process is held up until the worker has closed its server. */
const MAX_WAIT = 500;

/** The requests and reports of a running worker. */
export type WorkerMessage = Exclude<FromThread, { kind: "listening" | "refused" }>;

/**
 * One worker thread with a server, from its start to its end. It ends by itself once it has closed its
 * server: Node aborts the process when `terminate()` interrupts its HTTP parser.
 */
export class ProbeWorker {
  /**
   * Resolves to the ports. Rejects with a {@link PortFailure} for one that is taken, and with
   * {@link ThreadUnavailableError} where the worker ends before.
   */
  readonly listening: Promise<ListenPorts>;
  /** Resolves, once it has ended, to why. */
  readonly ended: Promise<string>;
  readonly #worker: Worker;
  readonly #closed = new ClosedFlag();
  #listens = false;

  /** Starts it before it returns, so that it listens even if nothing else ever runs. */
  constructor(data: Omit<ThreadData, "closed">, onMessage: (message: WorkerMessage) => void) {
    const worker = startWorker({ ...data, closed: this.#closed.buffer });
    this.#worker = worker;
    let why = "it has ended by itself";
    worker.on("error", (error: Error) => {
      why = error.message;
    });
    this.ended = new Promise((resolve) => {
      worker.on("exit", () => {
        this.#listens = false;
        resolve(why);
      });
    });
    this.listening = new Promise((resolve, reject) => {
      worker.on("message", (message: FromThread) => {
        if (message.kind === "listening") {
          this.#listens = true;
          worker.unref();
          resolve(message.ports);
        } else if (message.kind === "refused") {
          const { message: text, code } = message.failure;
          reject(new PortFailure(message.server, Object.assign(new Error(text), { code })));
        } else onMessage(message);
      });
      void this.ended.then((reason) => reject(new ThreadUnavailableError(reason)));
    });
  }

  /** Sends it a message; one that has ended gets none. */
  post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  /** Has it close its server, and resolves once it has ended. */
  async end(): Promise<void> {
    this.#worker.ref();
    this.post({ kind: "close" });
    const limit = setTimeout(() => void this.#worker.terminate(), MAX_END);
    await this.ended;
    clearTimeout(limit);
  }

  /** Has it close its server now, since the process ends, which terminates every worker. */
  closeBeforeExit(): void {
    if (!this.#listens) return;
    this.post({ kind: "close" });
    this.#closed.wait(MAX_WAIT);
  }
}
