import { until } from "../servers/_until.ts";
import { haproxy, isUp, markDown, portOf, REPLICAS, type Replica } from "../servers/haproxy.ts";
import { type ReplicaRestarts, restartReplicas } from "./restart-replicas.ts";
import type { RestartResult } from "./restart-under-load.ts";

/** A service of two replicas behind HAProxy, and how it is restarted under load. */
export interface Rollout extends ReplicaRestarts {
  readonly http2?: boolean;
  /** Milliseconds from one health check of HAProxy to the next. */
  readonly inter: number;
  /** Failed checks after which HAProxy gives a replica no more requests. */
  readonly fall: number;
}

/** Restarts both replicas in turn, `rolls` times, each when HAProxy sees the other one. */
export async function rollOut(rollout: Rollout): Promise<RestartResult> {
  const { inter, fall, http2 = false } = rollout;
  const proxy = await haproxy.start({ inter, fall, http2 });
  const names = new Map(REPLICAS.map((name) => [portOf(proxy.port, name), name]));
  const nameOf = (port: number) => names.get(port) as Replica;
  try {
    await markDown(proxy);
    const result = await restartReplicas(rollout, {
      ports: [...names.keys()],
      load: { base: proxy.url },
      sees: (port, replica) =>
        until(`HAProxy to see ${nameOf(port)}`, async () => {
          replica.assertRuns();
          return isUp(proxy, nameOf(port));
        }),
      async misses(port, left) {
        await left;
        await until(
          `HAProxy to miss ${nameOf(port)}`,
          async () => !(await isUp(proxy, nameOf(port))),
        );
      },
    });
    const log = await proxy.log();
    return { ...result, log, overload: [...lateChecks(log), ...result.overload] };
  } finally {
    await proxy.stop();
  }
}

/** A replica that is there answers its health check in time, unless the machine has none for it. */
function lateChecks(log: string): string[] {
  const late = log.match(/^Server \S+ is DOWN, reason: Layer\d timeout/gm)?.length ?? 0;
  return late > 0 ? [`${late} health checks timed out`] : [];
}
