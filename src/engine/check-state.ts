import type { Outcome, Status } from "../contract/check.ts";
import type { CheckSettings } from "./settings.ts";

/**
 * The state of one check: plain data, with moments instead of ages, so that it can be sent to a
 * thread and read later. Moments are milliseconds of its owner's clock.
 */
export interface CheckState extends Pick<Outcome, "reason" | "code" | "observations"> {
  readonly settings: CheckSettings;
  readonly status: Status;
  /** The moment at which the last run began that settled or was written off. */
  readonly startedAt: number | undefined;
  /** Milliseconds that this run took. */
  readonly duration: number | undefined;
  /** Whether the check has been up or degraded in this process. */
  readonly wasUp: boolean;
  /** The moment at which liveness fails, if the check stays down until then. */
  readonly restartAt: number | undefined;
  /** The moment at which the status becomes `unknown`, if no run ends until then. */
  readonly staleAt: number | undefined;
}
