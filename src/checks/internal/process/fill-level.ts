import type { Outcome, Run } from "../../../contract/check.ts";
import { type LevelThresholds, percent, rounded, statusOfLevel } from "./process-check.ts";
import { Sustained } from "./window-minimum.ts";

/** The use of something that fills up at one moment, in bytes. */
export interface Fill {
  readonly used: number;
  readonly limit: number;
  readonly observations?: Outcome["observations"];
}

/** The options of {@link pressure}. */
export interface PressureOptions extends LevelThresholds {
  /** The beginning of a reason, such as `The heap`. */
  readonly subject: string;
  readonly window: number;
  readonly now: () => number;
}

/** Returns the outcome of how full something has been for a whole window, by its lowest level in that time. */
export function pressure(
  read: () => Fill,
  { subject, window, now, ...thresholds }: PressureOptions,
): Run {
  const sustained = new Sustained(window);
  return () => {
    const { used, limit, observations } = read();
    const share = used / limit;
    const moment = now();
    if (sustained.isDue(moment)) sustained.add(moment, share);
    const { level } = sustained;
    const { status, limit: reached } = statusOfLevel(level ?? 0, thresholds);
    const lowest = percent(level ?? 0);
    return {
      status,
      reason:
        status === "up"
          ? undefined
          : `${subject} has been at least ${lowest} full for ${window / 1000} s; from ${percent(reached)} on it is ${status}.`,
      observations: {
        used: { value: used, unit: "bytes" },
        limit: { value: limit, unit: "bytes" },
        full: { value: rounded(share), unit: "%" },
        ...observations,
      },
    } satisfies Outcome;
  };
}
