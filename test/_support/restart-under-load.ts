import { until } from "../servers/_until.ts";
import { type Failure, type OpenLoop, startLoad } from "./open-loop.ts";
import type { Left } from "./replica-process.ts";

/** How many requests a service gets while it is restarted, and how often it is. */
export interface Restarts {
  /** Requests a second. */
  readonly rate: number;
  /**
   * The gaps between requests.
   *
   * @default "constant"
   */
  readonly arrivals?: OpenLoop["arrivals"];
  /** How often all of it is restarted. */
  readonly rolls: number;
}

/** A service under load, and how all of it is restarted. */
export interface Restarted {
  /** Where its requests go. */
  readonly load: Pick<OpenLoop, "base" | "fresh" | "portOf" | "received">;
  /** Restart a part of it each, one after another; each resolves to how its processes have ended. */
  readonly parts: readonly (() => Promise<readonly Left[]>)[];
}

/** What came of it. */
export interface RestartResult {
  readonly requests: number;
  /** What the client saw. */
  readonly failures: readonly Failure[];
  /** Why requests of a proxy to a replica failed, of a proxy that sends them to another one then. */
  readonly failedAttempts?: readonly string[];
  readonly left: readonly Left[];
  /** What the proxy has logged. */
  readonly log?: string;
  /** Signs that the machine was too slow, so that a failure may not be the drain's. */
  readonly overload: readonly string[];
}

/** The failures but those of kept connections that were reset before a replica had received the request. */
export function lossesOf({ failures }: Pick<RestartResult, "failures">): readonly Failure[] {
  return failures.filter(({ raced }) => !raced);
}

/** Of this many requests one is slow, and one is answered slowly. */
const SLOW_EVERY = 40;

/** Bytes of every body. */
const LENGTH = 1000;

/** Requests that are answered before each restart. */
const WARM_UP = 100;

/** Milliseconds that the client may be late before its own figures are doubtful. */
const LATE = 1000;

/** Restarts a service, `rolls` times, under a load that does not wait. */
export async function restartUnderLoad(
  { rate, arrivals, rolls }: Restarts,
  { load: { base, ...connections }, parts }: Restarted,
): Promise<RestartResult> {
  const load = startLoad({ base, ...connections, rate, arrivals, path: pathOf, length: LENGTH });
  const left: Left[] = [];
  let lateness: number;
  try {
    for (let roll = 0; roll < rolls; roll++) {
      for (const restart of parts) {
        const enough = load.answered + WARM_UP;
        await until("requests to be answered", () => load.answered >= enough);
        left.push(...(await restart()));
      }
    }
  } finally {
    lateness = await load.stop();
  }
  const { answered, failures, withheld } = load;
  return {
    requests: answered + failures.length,
    failures,
    left,
    overload: [
      ...(withheld > 0 ? [`${withheld} requests were not sent, too many being under way`] : []),
      ...(lateness > LATE ? [`the client was up to ${Math.round(lateness)} ms late`] : []),
    ],
  };
}

function pathOf(number: number): string {
  if (number % SLOW_EVERY === 0) return "/slow";
  return number % SLOW_EVERY === SLOW_EVERY / 2 ? "/stream" : "/fast";
}
