import type { RunningServer } from "../servers/_running-server.ts";
import { until } from "../servers/_until.ts";
import { haproxy, isUp, markDown, portOf, REPLICAS, type Replica } from "../servers/haproxy.ts";
import { type Failure, type OpenLoop, startLoad } from "./open-loop.ts";
import { type Leaving, type Left, type ReplicaProcess, startReplica } from "./replica-process.ts";

/** A service of two replicas behind HAProxy, and how it is restarted under load. */
export interface Rollout {
  /** The path of the program of a replica. */
  readonly program: string;
  readonly http2?: boolean;
  readonly leaving: Leaving;
  /**
   * Milliseconds that a replica is given between SIGTERM and SIGKILL.
   *
   * @default 20_000
   */
  readonly grace?: number;
  /** Requests a second. */
  readonly rate: number;
  /**
   * The gaps between requests.
   *
   * @default "constant"
   */
  readonly arrivals?: OpenLoop["arrivals"];
  /** How often both replicas are restarted, one after the other. */
  readonly rolls: number;
  /** Milliseconds from one health check of HAProxy to the next. */
  readonly inter: number;
  /** Failed checks after which HAProxy gives a replica no more requests. */
  readonly fall: number;
}

/** What came of it. */
export interface RolloutResult {
  readonly requests: number;
  readonly failures: readonly Failure[];
  readonly left: readonly Left[];
  /** What HAProxy has logged: requests that failed, and replicas that came and went. */
  readonly log: string;
  /** Signs that the machine was too slow, so that a failure may not be the drain's. */
  readonly overload: readonly string[];
}

/** Of this many requests one is slow, and one is answered slowly. */
const SLOW_EVERY = 40;

/** Bytes of every body. */
const LENGTH = 1000;

/** Requests that are answered before the first replica is told to end. */
const WARM_UP = 100;

/** Milliseconds that the client may be late before its own figures are doubtful. */
const LATE = 1000;

/**
 * Restarts both replicas in turn, `rolls` times, under a load that does not wait: SIGTERM, the end of
 * the process, a new one on the same port, and the next replica when HAProxy sees the new one.
 */
export async function rollOut(rollout: Rollout): Promise<RolloutResult> {
  const { inter, fall, http2 = false } = rollout;
  const proxy = await haproxy.start({ inter, fall, http2 });
  const replicas = new Map<Replica, ReplicaProcess>();
  const start = async (name: Replica) => {
    const replica = startReplica(rollout.program, portOf(proxy.port, name), rollout.leaving);
    replicas.set(name, replica);
    await until(`HAProxy to see ${name}`, async () => {
      if (replica.hasEnded) throw new Error(`Replica ${name} has ended:\n${replica.output}`);
      return isUp(proxy, name);
    });
  };
  try {
    await markDown(proxy);
    await Promise.all(REPLICAS.map(start));
    return await restartUnderLoad(rollout, proxy, replicas, start);
  } finally {
    await Promise.all([...replicas.values()].map((replica) => replica.kill()));
    await proxy.stop();
  }
}

async function restartUnderLoad(
  { rate, arrivals, rolls, grace = 20_000 }: Rollout,
  proxy: RunningServer,
  replicas: ReadonlyMap<Replica, ReplicaProcess>,
  start: (name: Replica) => Promise<void>,
): Promise<RolloutResult> {
  const load = startLoad({ base: proxy.url, rate, arrivals, path: pathOf, length: LENGTH });
  const left: Left[] = [];
  let lateness: number;
  try {
    for (let roll = 0; roll < rolls; roll++) {
      for (const name of REPLICAS) {
        const enough = load.answered + WARM_UP;
        await until("requests to be answered", () => load.answered >= enough);
        left.push(await (replicas.get(name) as ReplicaProcess).leave(grace));
        await until(`HAProxy to miss ${name}`, async () => !(await isUp(proxy, name)));
        await start(name);
      }
    }
  } finally {
    lateness = await load.stop();
  }
  const { answered, failures, withheld } = load;
  const log = await proxy.log();
  return {
    requests: answered + failures.length,
    failures,
    left,
    log,
    overload: signsOfOverload(log, withheld, lateness),
  };
}

function pathOf(number: number): string {
  if (number % SLOW_EVERY === 0) return "/slow";
  return number % SLOW_EVERY === SLOW_EVERY / 2 ? "/stream" : "/fast";
}

/** A replica that is there answers its health check in time, unless the machine has none for it. */
function signsOfOverload(log: string, withheld: number, lateness: number): string[] {
  const late = log.match(/^Server \S+ is DOWN, reason: Layer\d timeout/gm)?.length ?? 0;
  return [
    ...(late > 0 ? [`${late} health checks timed out`] : []),
    ...(withheld > 0 ? [`${withheld} requests were not sent, too many being under way`] : []),
    ...(lateness > LATE ? [`the client was up to ${Math.round(lateness)} ms late`] : []),
  ];
}
