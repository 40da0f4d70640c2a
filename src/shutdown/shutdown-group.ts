import { sharedState } from "../contract/shared-state.ts";
import type { ProcessLike } from "./process-signals.ts";

/** One of the shutdowns of a process. */
export interface GroupMember {
  /** Whether the process ends with it. */
  readonly exits: boolean;
  /** Whether it ends the workers of a cluster. */
  readonly leads: boolean;
  /** The servers that it drains and closes. */
  readonly servers: readonly object[];
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

  /** Whether one of them drains a server. */
  hasServer(server: object): boolean {
    return [...this.#members.keys()].some(({ servers }) => servers.includes(server));
  }

  /** Whether one of them ends the workers of a cluster. */
  get leads(): boolean {
    return [...this.#members.keys()].some(({ leads }) => leads);
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

const groups = sharedState("shutdown groups", () => new WeakMap<ProcessLike, ShutdownGroup>());

/** Returns the group of a process. */
export function groupOf(process: ProcessLike): ShutdownGroup {
  const group = groups.get(process) ?? new ShutdownGroup();
  groups.set(process, group);
  return group;
}
