import type { Outcome } from "../../../contract/check.ts";

/** The milliseconds that a loop may take. */
export interface Pace {
  readonly within: number;
  readonly startWithin: number | undefined;
}

/** Knows of one work loop whether it gets on. */
export class Pulse {
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #madeAt: number;
  #beatAt: number | undefined;
  #state: "not started" | "working" | "idle" = "not started";

  constructor(pace: Pace, now: () => number) {
    this.#pace = pace;
    this.#now = now;
    this.#madeAt = now();
  }

  beat(): void {
    this.#beatAt = this.#now();
    this.#state = "working";
  }

  idle(): void {
    this.#beatAt = this.#now();
    this.#state = "idle";
  }

  outcome(): Outcome {
    const since = this.#now() - (this.#beatAt ?? this.#madeAt);
    const limit = this.#limit;
    const late = since > limit;
    return {
      status: late ? "down" : "up",
      reason: late ? this.#reason(since, limit) : undefined,
      observations: {
        state: { value: late ? "stopped" : this.#state },
        ...(this.#beatAt !== undefined && {
          sinceBeat: { value: Math.round(since), unit: "ms" },
        }),
      },
    };
  }

  get #limit(): number {
    const { within, startWithin = Number.POSITIVE_INFINITY } = this.#pace;
    if (this.#state === "idle") return Number.POSITIVE_INFINITY;
    return this.#state === "working" ? within : startWithin;
  }

  #reason(since: number, limit: number): string {
    const time = `${(since / 1000).toFixed(1)} s`;
    return this.#state === "working"
      ? `No beat for ${time}; one was due within ${limit / 1000} s.`
      : `The loop has not begun in ${time}; its first beat was due within ${limit / 1000} s.`;
  }
}
