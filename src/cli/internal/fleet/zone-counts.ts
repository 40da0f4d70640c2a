import type { ZoneCount } from "./fleet-report.ts";

/** Counts of replicas by zone. The zone of replicas without one is the empty text. */
export class ZoneCounts {
  readonly #counts = new Map<string, number>();

  add(zone: string, count: number): void {
    this.#counts.set(zone, this.of(zone) + count);
  }

  of(zone: string): number {
    return this.#counts.get(zone) ?? 0;
  }

  get zones(): readonly string[] {
    return [...this.#counts.keys()];
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Returns the zone with the largest share of replicas affected; none where fewer than two zones have a name. */
export function worstOf(affected: ZoneCounts, replicas: ZoneCounts): ZoneCount | undefined {
  const named = replicas.zones.filter((zone) => zone !== "");
  if (named.length < 2) return undefined;
  const counts = named.map((zone) => ({
    ...{ zone, affected: affected.of(zone), replicas: replicas.of(zone) },
  }));
  const [worst] = counts
    .filter((count) => count.affected > 0)
    .sort(
      (one, other) =>
        other.affected / other.replicas - one.affected / one.replicas ||
        other.affected - one.affected ||
        one.zone.localeCompare(other.zone),
    );
  return worst;
}
