/** Milliseconds between two beats of the main thread, and between two looks of the probe thread. */
export const TICK = 50;

/** Now, in milliseconds of the one clock that all threads share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The sign of life that the main thread gives in memory that both threads see. */
export class Heartbeat {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: BigInt64Array;

  constructor(buffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#cells = new BigInt64Array(buffer);
  }

  /** The event loop turns; `inspectorPort`: where an inspector may connect, or 0. */
  give(now: number, inspectorPort: number): void {
    Atomics.store(this.#cells, 1, BigInt(inspectorPort));
    // Whole microseconds, so that two beats are never the same.
    Atomics.store(this.#cells, 0, BigInt(Math.round(now * 1000)));
  }

  /** The moment at which the event loop turned last. */
  get at(): number {
    return Number(Atomics.load(this.#cells, 0)) / 1000;
  }

  /** The port at which an inspector could connect then, which may stop the main thread at any time; 0 for none. */
  get inspectorPort(): number {
    return Number(Atomics.load(this.#cells, 1));
  }
}
