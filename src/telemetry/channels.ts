import type { RunEvent } from "../contract/figures.ts";
import type { ChangeEvent } from "../contract/health.ts";
import type { Probe } from "../contract/probe.ts";

/** The part of a channel of `node:diagnostics_channel` that is used here. */
interface Channel<M> {
  publish(message: M): void;
  runStores<T>(message: M, run: () => T): T;
}

/** A response to a probe. */
export interface ResponseEvent {
  readonly probe: Probe;
  /** The one check or group that the response is limited to. */
  readonly check: string | undefined;
  readonly status: number;
}

const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
const diagnostics = process?.getBuiltinModule?.("diagnostics_channel") as
  | { channel(name: string): Channel<never> }
  | undefined;

/** Opens a channel, by which instrumentation follows hale; `undefined` where the runtime has none. */
function open<M>(name: string): Channel<M> | undefined {
  return diagnostics?.channel(`hale.${name}`);
}

const runStart = open<Pick<RunEvent, "check">>("run.start");

/** Receives every run that has ended, or was written off. */
export const runEnd = open<RunEvent>("run.end");

/** Receives every change of a check to another state. */
export const transition = open<ChangeEvent>("transition");

/** Receives every response to a probe. */
export const response = open<ResponseEvent>("response");

/** Calls the run of a check, within the stores that subscribers have bound to its channel. */
export function inRun<T>(check: string, run: () => T): T {
  return runStart ? runStart.runStores({ check }, run) : run();
}
