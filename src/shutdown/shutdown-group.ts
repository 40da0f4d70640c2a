import type { ProcessLike } from "./process-signals.ts";

/** One of the shutdowns of a process. */
export interface GroupMember {
  /** Whether the process ends with it. */
  readonly exits: boolean;
  begin(why: string): void;
}

/**
 * The shutdowns of one process, each of a health of its own: they begin together, and the last one ends
 * the process.
 */
export class ShutdownGroup {
  /** Each with its code once it has ended; absent before it has begun. */
  readonly #members = new Map<GroupMember, "waiting" | "running" | number>();

  join(member: GroupMember): () => void {
    this.#members.set(member, "waiting");
    return () => this.#members.delete(member);
  }

  /** A member has begun; with one that ends the process, the others begin too. */
  began(member: GroupMember, why: string): void {
    this.#members.set(member, "running");
    if (!member.exits) return;
    for (const [other, state] of this.#members) if (state === "waiting") other.begin(why);
  }

  /** A member has ended. Returns the worst code once the process is to end. */
  ended(member: GroupMember, code: number): number | undefined {
    this.#members.set(member, code);
    const all = [...this.#members];
    const isToEnd = all.some(([{ exits }, state]) => exits && typeof state === "number");
    if (!isToEnd || all.some(([, state]) => state === "running")) return undefined;
    return Math.max(...all.map(([, state]) => (typeof state === "number" ? state : 0)));
  }
}

const GROUP = Symbol.for("hale.shutdowns/1");

/** Returns the group of a process, which all copies of hale in it share. */
export function groupOf(process: ProcessLike): ShutdownGroup {
  const holder = process as ProcessLike & { [GROUP]?: ShutdownGroup };
  const group = holder[GROUP] ?? new ShutdownGroup();
  Object.defineProperty(holder, GROUP, { value: group, configurable: true });
  return group;
}
