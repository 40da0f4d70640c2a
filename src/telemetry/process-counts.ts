import { type ProcessCount, STATUS_CODES } from "../contract/figures.ts";
import { SHUTDOWN_STAGES } from "../contract/health.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** The names of the cells, in their order. */
const CELLS: readonly string[] = [
  ...PROBES.flatMap((probe) => STATUS_CODES.map((code) => `${probe} ${code}`)),
  ...SHUTDOWN_STAGES,
  "stalled",
];

/** The counts of one process, in memory that its threads can share. */
export class ProcessCounts {
  readonly memory: ArrayBufferLike;
  readonly #cells: Uint32Array;

  /** `memory` is that of the same counts in another thread. */
  constructor(
    memory: ArrayBufferLike = new (globalThis.SharedArrayBuffer ?? ArrayBuffer)(4 * CELLS.length),
  ) {
    this.memory = memory;
    this.#cells = new Uint32Array(memory);
  }

  get(name: ProcessCount): number {
    return this.#cells[CELLS.indexOf(name)] ?? 0;
  }

  /** Counts a response; by numbers alone, because each response passes here. */
  countResponse(probe: Probe, code: number): void {
    const place = STATUS_CODES.indexOf(code as 200);
    if (place < 0) return;
    Atomics.add(this.#cells, PROBES.indexOf(probe) * STATUS_CODES.length + place, 1);
  }

  add(name: ProcessCount, amount = 1): void {
    const place = CELLS.indexOf(name);
    if (place >= 0) Atomics.add(this.#cells, place, amount);
  }
}
