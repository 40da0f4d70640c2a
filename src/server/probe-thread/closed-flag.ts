/** The word of the probe thread that its server is closed, in memory that both threads see. */
export class ClosedFlag {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(4)) {
    this.buffer = buffer;
    this.#cells = new Int32Array(buffer);
  }

  set(): void {
    Atomics.store(this.#cells, 0, 1);
    Atomics.notify(this.#cells, 0);
  }

  /** Waits, without turning the event loop, for so many milliseconds at most. */
  wait(milliseconds: number): void {
    Atomics.wait(this.#cells, 0, 0, milliseconds);
  }
}
