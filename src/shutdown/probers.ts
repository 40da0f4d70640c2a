import { sharedState } from "../contract/shared-state.ts";
import type { HealthInternals } from "../health-internals.ts";
import type { Prober } from "./drain-decision.ts";
import { proberKey } from "./prober-key.ts";

/** How many probers are remembered; those that asked longest ago are forgotten first. */
const MOST = 1000;

/** How many 503s are remembered of each: as many as the option `told` may ask for. */
export const MOST_TOLD = 100;

/** Who asks for readiness, and how often each was told no since the drain began. */
export class Probers {
  readonly #all = new Map<string, { seen: number; told: number[] }>();
  readonly #listeners = new Set<() => void>();

  /** Those that have asked. */
  get all(): readonly Prober[] {
    return [...this.#all.values()];
  }

  /** A prober was answered, at a time of the health's clock. */
  seen(key: string, at: number): void {
    const { told } = this.#all.get(key) ?? { told: [] };
    // Set anew, so that the one that asked longest ago is always the first.
    this.#all.delete(key);
    this.#all.set(key, { seen: at, told });
    const [first] = this.#all.keys();
    if (this.#all.size > MOST && first !== undefined) this.#all.delete(first);
  }

  /** A prober was given a 503, at a time of the health's clock. */
  told(key: string, at: number): void {
    this.seen(key, at);
    const told = this.#all.get(key)?.told ?? [];
    if (told.length < MOST_TOLD) told.push(at);
    for (const listener of this.#listeners) listener();
  }

  /** Counts the 503s from now on, because a drain begins. */
  startCounting(): void {
    for (const prober of this.#all.values()) prober.told = [];
  }

  /** Calls back when a prober was told no; returns what ends that. */
  onTold(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const known = sharedState("probers", () => new WeakMap<HealthInternals, Probers>());

/** The probers of a health, which all ways in that answer readiness tell of. */
export function probersOf(parts: HealthInternals): Probers {
  const probers = known.get(parts) ?? new Probers();
  known.set(parts, probers);
  return probers;
}

/**
 * Tells the probers of a health of every readiness that it answers, itself or through its probe
 * thread; returns what ends that.
 */
export function followReadiness(parts: HealthInternals): () => void {
  const probers = probersOf(parts);
  const note = (key: string, at: number, told: boolean) => {
    if (told) probers.told(key, at);
    else probers.seen(key, at);
  };
  const stops = [
    parts.events.on("readiness", ({ request, status }) =>
      note(proberKey(request), parts.clock.now(), status !== 200),
    ),
    parts.events.on("prober", ({ key, at, told }) => note(key, at, told)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
