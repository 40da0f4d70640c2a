import type { WorkerReport } from "./cluster-message.ts";
import type { SlotState } from "./cluster-rules.ts";

/** A worker, as far as the roster looks at it. */
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
 * Who is there. The expected workers have numbered places, which a replacement takes over, so that
 * names stay; workers beyond that, as during a reload, have places for as long as they live.
 */
export class WorkerSlots {
  #seats: Slot[];
  readonly #expected: number;

  constructor(expected: number) {
    this.#expected = expected;
    this.#seats = Array.from({ length: expected }, () => EMPTY);
  }

  get seats(): readonly Slot[] {
    return this.#seats;
  }

  /** A worker was forked. */
  join(member: Member): void {
    if (this.#indexOf(member.id) !== -1) return;
    const seat: Slot = { state: "here", member, silence: 0 };
    const free = this.#seats.findIndex(({ state }) => state === "empty" || state === "gone");
    if (free === -1) this.#seats.push(seat);
    else this.#seats[free] = seat;
  }

  /** A worker has reported; one that has ended since does not come back by that. */
  hear({ id }: Member, report: WorkerReport): void {
    this.#update(id, (seat) => ({ ...seat, report, silence: 0 }));
  }

  /** The channel to a worker is closed: it gets no new connections, and may finish its requests. */
  leave({ id }: Member): void {
    this.#update(id, (seat) => ({ ...seat, state: "left" }));
  }

  /** A worker has ended; the youngest of those beyond the expected ones takes its place. */
  end({ id }: Member, ending: string): void {
    const index = this.#indexOf(id);
    if (index === -1) return;
    const spare = this.#seats.length > this.#expected ? this.#seats.pop() : undefined;
    if (index >= this.#seats.length) return;
    this.#seats[index] = spare ?? { state: "gone", member: undefined, ending, silence: 0 };
  }

  /** So many milliseconds have passed in which the primary could listen. */
  pass(milliseconds: number): void {
    this.#seats = this.#seats.map((seat) =>
      seat.state === "here" || seat.state === "gone"
        ? { ...seat, silence: seat.silence + milliseconds }
        : seat,
    );
  }

  #indexOf(id: number): number {
    return this.#seats.findIndex(({ member }) => member?.id === id);
  }

  #update(id: number, change: (seat: Slot) => Slot): void {
    const index = this.#indexOf(id);
    const seat = this.#seats[index];
    if (seat !== undefined) this.#seats[index] = change(seat);
  }
}
