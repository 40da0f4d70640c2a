import type { Status } from "../../../contract/check.ts";
import type { History, HistoryEntry } from "../../../contract/history.ts";

/** A stretch of time in which the worst state of a check was the same. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly status: Status;
  /** Changes of state within it. */
  readonly changes: number;
}

/** Slots of the band; of a day, each is five minutes long. */
const SLOTS = 288;

/** From the best to the worst. */
const BY_BADNESS: readonly Status[] = ["up", "unknown", "degraded", "down"];

/**
 * Divides the kept time into slots, each with the worst state within it, and joins equal neighbours: so a
 * check that flaps takes no more room than any other. Slots begin at whole multiples of their length.
 */
export function bandOf(entries: readonly HistoryEntry[], { now, keep }: History): Segment[] {
  const length = keep / SLOTS;
  const last = Math.floor(now / length);
  const segments: Segment[] = [];
  let index = 0;
  let current: Status = "unknown";
  for (let slot = last - SLOTS + 1; slot <= last; slot++) {
    const [from, to] = [slot * length, (slot + 1) * length];
    let worst: Status | undefined;
    let changes = 0;
    const before = current;
    for (
      let entry = entries[index];
      entry !== undefined && entry.at < to;
      entry = entries[++index]
    ) {
      current = entry.status;
      if (entry.at < from) continue;
      changes++;
      // The time before the first entry is unknown, but must not hide what came within the slot.
      worst = worse(worst ?? (index === 0 ? current : before), current);
    }
    append(segments, { from, to, status: worst ?? current, changes });
  }
  return segments;
}

function append(segments: Segment[], next: Segment): void {
  const last = segments.at(-1);
  if (last?.status !== next.status) segments.push(next);
  else
    segments[segments.length - 1] = { ...last, to: next.to, changes: last.changes + next.changes };
}

function worse(one: Status, other: Status): Status {
  return BY_BADNESS.indexOf(one) > BY_BADNESS.indexOf(other) ? one : other;
}
