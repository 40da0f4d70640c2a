import type { Exposure } from "../../contract/format.ts";
import type { HealthRequest } from "../../contract/http.ts";
import type { Probe } from "../../contract/probe.ts";
import type { Clock } from "../../engine/clock.ts";
import type { SentRequest } from "./messages.ts";
import { isStalled } from "./stall-detector.ts";

/** The exposure while the main thread stands still: the default of `expose`. */
const MEANWHILE: Exposure = "checks";

/** The exposure when the rule takes too long, or too many requests wait for it. */
const UNSURE: Exposure = "status";

/** Requests that may wait for the rule at the same time; more are answered at once. */
const MAX_OPEN = 256;

/** The options of the queries. */
export interface ExposureQueriesOptions {
  readonly clock: Pick<Clock, "after">;
  /** Milliseconds that a request waits for at most. */
  readonly deadline: number;
  /** Milliseconds for which the main thread has stood still. */
  readonly stalledFor: () => number;
  /** Sends a request to the main thread. */
  readonly send: (id: number, request: SentRequest, probe: Probe) => void;
}

/** Has the main thread say how much each request may see, by a rule that only runs there. */
export class ExposureQueries {
  readonly #options: ExposureQueriesOptions;
  readonly #open = new Map<number, (exposure: Exposure) => void>();
  #lastId = 0;

  constructor(options: ExposureQueriesOptions) {
    this.#options = options;
  }

  /** Resolves to the exposure of a request, by the deadline at the latest. */
  async ask(request: HealthRequest, probe: Probe): Promise<Exposure> {
    const { clock, deadline, stalledFor, send } = this.#options;
    if (isStalled(stalledFor())) return MEANWHILE;
    if (this.#open.size >= MAX_OPEN) return UNSURE;
    const id = ++this.#lastId;
    const { method, url, remoteAddress, headers } = request;
    return new Promise<Exposure>((resolve) => {
      const cancel = clock.after(deadline, () =>
        answer(isStalled(stalledFor()) ? MEANWHILE : UNSURE),
      );
      const answer = (exposure: Exposure) => {
        cancel();
        this.#open.delete(id);
        resolve(exposure);
      };
      this.#open.set(id, answer);
      send(id, { method, url, remoteAddress, headers: { ...headers } }, probe);
    });
  }

  /** Answers those who wait, once the main thread stands still; to be called now and then. */
  look(): void {
    if (this.#open.size === 0 || !isStalled(this.#options.stalledFor())) return;
    for (const answer of [...this.#open.values()]) answer(MEANWHILE);
  }

  /** The main thread has said so. */
  answered(id: number, exposure: Exposure): void {
    this.#open.get(id)?.(exposure);
  }
}
