import type { Outcome } from "./check.ts";

/** Turns a failure, of whatever kind, into a reason without credentials. */
export type Explain = (failure: unknown) => string;

/** Reads what a run returned that says more than that all is well: `false`, or an object. */
export type ReadOutcome = (returned: object | false, explain: Explain) => Outcome;

/** What puts into words what checks and tasks found; loaded beside the service's own start. */
export interface Words {
  readonly explain: Explain;
  readonly read: ReadOutcome;
}
