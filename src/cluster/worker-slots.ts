import type { WorkerReport } from "./cluster-message.ts";
import type { SlotState } from "./cluster-rules.ts";

/** A worker, as far as the slots show it. */
export interface Member {
  readonly id: number;
  readonly pid: number | undefined;
}

/** A place with its worker. */
export interface Slot extends SlotState {
  readonly member: Member | undefined;
}

const EMPTY: Slot = { state: "empty", member: undefined, silence: 0 };

/**
 * Whether the worker of a slot was asked to end, as it has reported.
 *
 * @internal
 */
export function drains({ report }: SlotState): boolean {
  return report?.phase === "draining";
}

/**
 * The workers that are there. The expected workers have numbered places, which a replacement takes over, so that
 * names stay; workers beyond that, as during a reload, have places for as long as they live.
 */
export class WorkerSlots {
  #slots: Slot[];
  readonly #expected: number;

  constructor(expected: number) {
    this.#expected = expected;
    this.#slots = Array.from({ length: expected }, () => EMPTY);
  }

  get all(): readonly Slot[] {
    return this.#slots;
  }

  /** A worker was forked. */
  join(member: Member): void {
    if (this.#indexOf(member.id) !== -1) return;
    const slot: Slot = { state: "here", member, silence: 0 };
    const free = this.#slots.findIndex(({ state }) => state === "empty" || state === "gone");
    if (free === -1) this.#slots.push(slot);
    else this.#slots[free] = slot;
  }

  /** A worker has reported; one that has ended since does not come back by that. */
  hear({ id }: Member, report: WorkerReport): void {
    this.#update(id, (slot) => ({ ...slot, report, silence: 0 }));
  }

  /** The channel to a worker is closed: it gets no new connections, and may finish its requests. */
  leave({ id }: Member, onRequest = false): void {
    this.#update(id, (slot) => ({ ...slot, state: "left", onRequest: onRequest || drains(slot) }));
  }

  /** A worker has ended; the youngest of those beyond the expected ones takes its place. */
  end({ id }: Member, ending: string, { onRequest = false, failed = true } = {}): void {
    const index = this.#indexOf(id);
    const slot = this.#slots[index];
    if (slot === undefined) return;
    const spare = this.#slots.length > this.#expected ? this.#slots.pop() : undefined;
    if (index >= this.#slots.length) return;
    const isWanted = !failed && (onRequest || slot.onRequest === true || drains(slot));
    const gone = {
      state: "gone",
      member: undefined,
      ending,
      onRequest: isWanted,
      silence: 0,
    } as const;
    this.#slots[index] = spare ?? gone;
  }

  /** So many milliseconds have passed in which the primary could listen. */
  pass(milliseconds: number): void {
    this.#slots = this.#slots.map((slot) =>
      slot.state === "here" || slot.state === "gone"
        ? { ...slot, silence: slot.silence + milliseconds }
        : slot,
    );
  }

  #indexOf(id: number): number {
    return this.#slots.findIndex(({ member }) => member?.id === id);
  }

  #update(id: number, change: (slot: Slot) => Slot): void {
    const index = this.#indexOf(id);
    const slot = this.#slots[index];
    if (slot !== undefined) this.#slots[index] = change(slot);
  }
}
