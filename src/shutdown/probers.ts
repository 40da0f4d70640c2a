import { sharedState } from "../contract/shared-state.ts";
import type { HealthInternals } from "../health-internals.ts";
import { proberKey } from "./prober-key.ts";

/** A caller that asks for readiness again and again. */
export interface Prober {
  /** The moment of its last request. */
  readonly seen: number;
  /** The moments at which it received each of its 503s since the drain began. */
  readonly refusals: readonly number[];
}

/** Milliseconds after which a caller that has not asked again is no prober any more. */
export const RECENT = 60_000;

/** The maximum number of remembered callers; those that asked longest ago are forgotten first. */
const MAX_CALLERS = 1000;

/** The maximum number of remembered 503s of each: as many as the option `failedProbes` may ask for. */
export const MAX_FAILED_PROBES = 100;

interface Caller {
  seen: number;
  /** Requests, each within a minute of the one before. */
  asked: number;
  refusals: number[];
}

/** The callers that ask for readiness, and the 503s that each has received since the drain began. */
export class Probers {
  readonly #callers = new Map<string, Caller>();
  readonly #listeners = new Set<() => void>();

  /** The probers of the last minute. A caller that has asked once may be a person, and is none. */
  recent(now: number): readonly Prober[] {
    return [...this.#callers.values()].filter(
      ({ seen, asked }) => asked > 1 && now - seen <= RECENT,
    );
  }

  /** Notes that a caller has asked, at a time of the health's clock. */
  seen(key: string, at: number): void {
    this.#note(key, at);
  }

  /** Notes that a caller has received a 503, at a time of the health's clock. */
  refused(key: string, at: number): void {
    const { refusals } = this.#note(key, at);
    if (refusals.length < MAX_FAILED_PROBES) refusals.push(at);
    for (const listener of this.#listeners) listener();
  }

  /** Counts the 503s from now on, because a drain begins. */
  startCounting(): void {
    for (const caller of this.#callers.values()) caller.refusals = [];
  }

  /** Calls back when a caller has received a 503; returns a function that stops it. */
  onRefusal(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #note(key: string, at: number): Caller {
    const caller = this.#callers.get(key) ?? { seen: at, asked: 0, refusals: [] };
    caller.asked = at - caller.seen <= RECENT ? caller.asked + 1 : 1;
    caller.seen = at;
    // Set anew, so that the one that asked longest ago is always the first.
    this.#callers.delete(key);
    this.#callers.set(key, caller);
    const [first] = this.#callers.keys();
    if (this.#callers.size > MAX_CALLERS && first !== undefined) this.#callers.delete(first);
    return caller;
  }
}

const known = sharedState("probers", () => new WeakMap<HealthInternals, Probers>());

/** Returns the probers of a health, of which every adapter that answers readiness reports. */
export function probersOf(parts: HealthInternals): Probers {
  const probers = known.get(parts) ?? new Probers();
  known.set(parts, probers);
  return probers;
}

/** Makes a health go on with the probers of another, whose place it takes. */
export function inheritProbers(from: HealthInternals, to: HealthInternals): void {
  known.set(to, probersOf(from));
}

/**
 * Notes every readiness that a health answers, itself or through its probe thread; returns a function
 * that stops it.
 */
export function followReadiness(parts: HealthInternals): () => void {
  const probers = probersOf(parts);
  const note = (key: string | undefined, at: number, refused: boolean) => {
    if (key === undefined) return;
    if (refused) probers.refused(key, at);
    else probers.seen(key, at);
  };
  const stops = [
    parts.events.on("readiness", ({ request, status }) =>
      note(proberKey(request), parts.clock.now(), status !== 200),
    ),
    parts.events.on("prober", ({ key, at, refused }) => note(key, at, refused)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
