import type { HealthInternals } from "../../health-internals.ts";
import type { ProbeQuery } from "../../report/reporter.ts";
import { type Heartbeat, sharedNow, TICK } from "./heartbeat.ts";
import type { Snapshot } from "./messages.ts";
import { takeSnapshot } from "./snapshot.ts";

/** The options of a publisher. */
export interface SnapshotPublisherOptions {
  readonly parts: HealthInternals;
  readonly beat: Heartbeat;
  readonly send: (snapshot: Snapshot) => void;
}

/** A query about no check, whose version changes whenever a verdict may have changed. */
const ABOUT_NOTHING: Pick<ProbeQuery, "probe" | "check"> = { probe: "deep", check: undefined };

/** Gives the beat, and sends the state of the main thread whenever that has changed. */
export class SnapshotPublisher {
  readonly #options: SnapshotPublisherOptions;
  readonly #stops: (() => void)[];
  readonly #nothing: ProbeQuery;
  readonly #timer: NodeJS.Timeout;
  #stale = false;
  #version: number | undefined;
  #tasks = "";

  constructor(options: SnapshotPublisherOptions) {
    this.#options = options;
    const { engine, events } = options.parts;
    const exclude = engine.runners.map(({ settings }) => settings.name);
    this.#nothing = { ...ABOUT_NOTHING, exclude };
    this.#beat();
    this.#timer = setInterval(() => this.#turn(), TICK);
    this.#hold();
    this.#stops = [
      () => clearInterval(this.#timer),
      events.on("phase", () => this.send()),
      events.on("change", () => this.send()),
      // There may be many, and nothing but ages and reasons changes with them.
      events.on("result", () => {
        this.#stale = true;
      }),
    ];
  }

  /** Takes a snapshot of the state now. */
  snapshot(): Snapshot {
    return takeSnapshot(this.#options.parts, sharedNow());
  }

  /** Sends a snapshot at once. */
  send(): void {
    const snapshot = this.snapshot();
    this.#stale = false;
    this.#version = this.#currentVersion();
    this.#tasks = tasksOf(snapshot);
    this.#options.send(snapshot);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #turn(): void {
    this.#beat();
    this.#hold();
    const { lifecycle } = this.#options.parts;
    const changed = this.#stale || this.#version !== this.#currentVersion();
    // No event reports the progress of start-up tasks.
    if (changed || (!lifecycle.started && this.#tasks !== tasksOf(this.snapshot()))) this.send();
  }

  #beat(): void {
    this.#options.beat.give(sharedNow(), inspectorPort());
  }

  /**
   * A start-up task that waits to be tried again is no end of the program, though nothing else of it
   * holds the process open.
   */
  #hold(): void {
    const { phase, tasks } = this.#options.parts.lifecycle;
    const starts = phase === "starting" && tasks.some(({ status }) => status === "pending");
    if (starts) this.#timer.ref();
    else this.#timer.unref();
  }

  #currentVersion(): number | undefined {
    return this.#options.parts.reporter.reportIfFresh(this.#nothing)?.version;
  }
}

function tasksOf({ lifecycle }: Snapshot): string {
  return JSON.stringify(lifecycle.tasks);
}

/** Returns the port at which an inspector may connect, which may stop the main thread at any time; 0 for none. */
function inspectorPort(): number {
  const url = inspector?.url();
  return url === undefined ? 0 : Number(new URL(url).port);
}

/** Some builds of Node have none, so it cannot be imported. */
const inspector = process.getBuiltinModule?.("node:inspector") as
  | typeof import("node:inspector")
  | undefined;
