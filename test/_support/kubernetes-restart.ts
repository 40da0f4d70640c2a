import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { HOST, reservePlace } from "../servers/_place.ts";
import { type ReplicaRestarts, restartReplicas } from "./restart-replicas.ts";
import type { RestartResult } from "./restart-under-load.ts";

/** A service of two pods that no probe of readiness is sent to, and how they are replaced under load. */
export interface KubernetesRestarts extends ReplicaRestarts {
  /** Milliseconds from the signal until the endpoint of a pod is removed, and new connections go elsewhere. */
  readonly removal: number;
}

/**
 * Restarts both pods in turn, `rolls` times. The client opens connections as through kube-proxy: each new one goes to
 * any of the endpoints, and one that is kept stays with its pod, also after the removal.
 */
export async function restartInKubernetes({
  removal,
  ...restarts
}: KubernetesRestarts): Promise<RestartResult> {
  const { port: service, folder } = await reservePlace();
  const endpoints: number[] = [];
  try {
    return await restartReplicas(restarts, {
      ports: [service + 1, service + 2],
      kubernetes: true,
      load: {
        base: `http://${HOST}:${service}`,
        fresh: 0.5,
        portOf: () => endpoints[Math.floor(Math.random() * endpoints.length)] ?? service,
      },
      async sees(port, replica) {
        await replica.listens();
        endpoints.push(port);
      },
      async misses(port) {
        await delay(removal);
        endpoints.splice(endpoints.indexOf(port), 1);
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
