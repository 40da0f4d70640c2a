import { DURATION_BOUNDS } from "../contract/figures.ts";
import type { HealthInternals } from "../health-internals.ts";
import type { Family } from "../telemetry/families.ts";
import type { FamilySource } from "./family-source.ts";

/** The attributes of a measurement. */
type Attributes = Readonly<Record<string, string>>;

/** The options of an instrument. */
interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
  readonly advice?: { readonly explicitBucketBoundaries: number[] };
}

/** The part of a `Meter` of OpenTelemetry that is called. */
export interface Meter {
  createObservableGauge(name: string, options: InstrumentOptions): object;
  createObservableCounter(name: string, options: InstrumentOptions): object;
  createHistogram(
    name: string,
    options: InstrumentOptions,
  ): { record(value: number, attributes: Attributes): void };
  addBatchObservableCallback(callback: Callback, instruments: never[]): void;
  removeBatchObservableCallback(callback: Callback, instruments: never[]): void;
}

type Callback = (result: {
  observe(instrument: never, value: number, attributes: Attributes): void;
}) => Promise<void>;

/**
 * Makes an instrument for each family, which is observed at each collection; returns a function that ends it.
 * Durations of runs are recorded as they end, since a histogram cannot be observed.
 *
 * @internal
 */
export function observeByMeter(
  meter: Meter,
  { families, collect }: FamilySource,
  events: HealthInternals["events"],
): () => void {
  const instruments = new Map<string, object>();
  const stops: (() => void)[] = [];
  for (const family of families) {
    const { type } = family;
    if (type === "histogram") stops.push(recordRuns(meter, family, events));
    else {
      const create = type === "counter" ? "createObservableCounter" : "createObservableGauge";
      instruments.set(family.name, meter[create](nameOf(family), optionsOf(family)));
    }
  }
  const callback: Callback = async (result) => {
    for (const { name, samples } of await collect()) {
      const instrument = instruments.get(name);
      if (instrument === undefined) continue;
      for (const { labels, value } of samples) result.observe(instrument as never, value, labels);
    }
  };
  const list = [...instruments.values()] as never[];
  meter.addBatchObservableCallback(callback, list);
  stops.push(() => meter.removeBatchObservableCallback(callback, list));
  return () => {
    for (const stop of stops) stop();
  };
}

function recordRuns(meter: Meter, family: Family, events: HealthInternals["events"]): () => void {
  const explicitBucketBoundaries = DURATION_BOUNDS.map((bound) => bound / 1000);
  const histogram = meter.createHistogram(nameOf(family), {
    ...optionsOf(family),
    advice: { explicitBucketBoundaries },
  });
  return events.on("result", ({ check, duration }) => histogram.record(duration / 1000, { check }));
}

/** Returns the name of an instrument, from which an exporter for Prometheus makes that of the family again. */
function nameOf({ name }: Family): string {
  return name
    .replace(/_seconds$/, "")
    .replace(/^(hale|kubernetes)_/, "$1.")
    .replace(/^(hale\.(?:check|probe|shutdown|event_loop|build))_/, "$1.");
}

function optionsOf({ name, help }: Family): InstrumentOptions {
  return { description: help, unit: name.endsWith("_seconds") ? "s" : "" };
}
