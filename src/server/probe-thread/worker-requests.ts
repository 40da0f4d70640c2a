import type { IncomingHttpHeaders } from "node:http";
import type { HealthInternals } from "../../health-internals.ts";
import type { Access } from "../../http/access.ts";
import { headerOf } from "../../node-http/node-request.ts";
import { sharedNow } from "./heartbeat.ts";
import type { FromThread, ProberSighting, StallLimits, ToThread } from "./messages.ts";
import type { WorkerMessage } from "./probe-worker.ts";

/** The options of the requests of workers. */
export interface WorkerRequestsOptions {
  readonly parts: HealthInternals;
  readonly access: Access;
  readonly limits: StallLimits;
  /** Sends the current snapshot. */
  readonly publish: () => void;
}

/** Does on the main thread what a worker asks for, and logs what it reports. */
export class WorkerRequests {
  readonly #options: WorkerRequestsOptions;
  #uncountedLogged = false;

  constructor(options: WorkerRequestsOptions) {
    this.#options = options;
  }

  /**
   * `reply` sends to the worker that asked and to no other, since the next one counts its requests from one
   * again: an answer to a request of the same number would be shown to another caller.
   */
  handle(message: WorkerMessage, reply: (message: ToThread) => void): void {
    if (message.kind === "settle") void this.#settle(message, reply);
    else if (message.kind === "expose") void this.#expose(message, reply);
    else if (message.kind === "history") void this.#history(reply);
    else if (message.kind === "turned") this.#logTurned(message.after);
    else if (message.kind === "uncounted") this.#logUncounted(message.attached);
    else for (const prober of message.probers) this.#emitProber(prober);
  }

  async #settle(
    { id, query }: Extract<FromThread, { kind: "settle" }>,
    reply: (message: ToThread) => void,
  ): Promise<void> {
    await this.#options.parts.reporter.refresh(query);
    this.#options.publish();
    reply({ kind: "settled", id });
  }

  async #expose(
    { id, request, probe }: Extract<FromThread, { kind: "expose" }>,
    reply: (message: ToThread) => void,
  ): Promise<void> {
    const { headers = {} } = request;
    const header = (name: string) => headerOf(headers as IncomingHttpHeaders, name);
    const exposure = await this.#options.access.exposureOf({ ...request, header }, probe);
    reply({ kind: "exposed", id, exposure });
  }

  async #history(reply: (message: ToThread) => void): Promise<void> {
    reply({ kind: "history", history: await this.#options.parts.reporter.history?.() });
  }

  #logTurned(after: number): void {
    const failed = (["readiness", "liveness"] as const).filter(
      (probe) => after >= this.#options.limits[probe],
    );
    this.#options.parts.log(
      "warn",
      `the event loop stood still for ${(after / 1000).toFixed(1)} s, and ${failed.join(" and ")} failed meanwhile: look for synchronous work`,
      { stalledFor: Math.round(after), failed },
    );
  }

  #logUncounted(attached: boolean): void {
    if (this.#uncountedLogged) return;
    this.#uncountedLogged = true;
    const why = attached
      ? "an inspector is attached"
      : "the inspector is open, and this system does not list its connections";
    this.#options.parts.log(
      "warn",
      `the event loop stood still, which failed no probe: ${why}; stalls do not count meanwhile`,
      { attached },
    );
  }

  #emitProber({ key, at, refused }: ProberSighting): void {
    const { clock, events } = this.#options.parts;
    events.emit("prober", { key, at: clock.now() - (sharedNow() - at), refused });
  }
}
