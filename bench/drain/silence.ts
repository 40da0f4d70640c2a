import { restartInKubernetes } from "../../test/_support/kubernetes-restart.ts";
import { restartBehindNginx } from "../../test/_support/nginx-restart.ts";
import { reloadByPm2 } from "../../test/_support/pm2-reload.ts";
import type { ReplicaRestarts } from "../../test/_support/restart-replicas.ts";
import type { RestartResult } from "../../test/_support/restart-under-load.ts";
import { programOf } from "./frameworks.ts";
import type { Run } from "./rows.ts";
import { ADAPTIVE } from "./variants.ts";

type Case = (restarts: ReplicaRestarts) => Promise<RestartResult>;

/** A service whose endpoints are removed so many seconds after the signal. */
const removedAfter =
  (seconds: number): Case =>
  (restarts) =>
    restartInKubernetes({ ...restarts, removal: seconds * 1000 });

/** The services to which nothing but silence says that requests go elsewhere. */
const CASES: Readonly<Record<string, Case>> = {
  "endpoints removed after 2 s": removedAfter(2),
  "endpoints removed after 6 s": removedAfter(6),
  "endpoints removed after 9 s": removedAfter(9),
  "pm2 reload": reloadByPm2,
  "nginx, kept upstreams": restartBehindNginx,
};

/** Each case at each rate, with the defaults of `gracefulShutdown`. */
export function silenceRuns(
  rates: readonly number[],
  restarts: Pick<ReplicaRestarts, "rolls" | "arrivals">,
): Run[] {
  const service = { program: programOf("node:http"), leaving: ADAPTIVE.leaving };
  return Object.entries(CASES).flatMap(([name, restart]) =>
    rates.map((rate) => ({
      names: [name, String(rate)],
      measure: () => restart({ ...service, ...restarts, rate }),
    })),
  );
}
