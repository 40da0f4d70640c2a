import { noteReceived } from "./received-requests.ts";
import { type Leaving, type Left, type ReplicaProcess, startReplica } from "./replica-process.ts";
import {
  type Restarted,
  type RestartResult,
  type Restarts,
  restartUnderLoad,
} from "./restart-under-load.ts";

/** A service of replicas, and how they are restarted, one after another. */
export interface ReplicaRestarts extends Restarts {
  /** The path of the program of a replica. */
  readonly program: string;
  readonly leaving: Leaving;
  /**
   * Milliseconds that a replica is given between SIGTERM and SIGKILL.
   *
   * @default 20_000
   */
  readonly grace?: number;
}

/** What is between the clients and the replicas. */
export interface Balancer {
  /** The ports at which it expects the replicas. */
  readonly ports: readonly number[];
  readonly load: Omit<Restarted["load"], "received">;
  /** Whether the replicas see that they run in Kubernetes. */
  readonly kubernetes?: boolean;
  /** Resolves once a replica that has been started gets requests. */
  sees(port: number, replica: ReplicaProcess): Promise<void>;
  /** Resolves once it sends no more requests to a replica, which is sent its signal now. */
  misses(port: number, left: Promise<Left>): Promise<void>;
}

/**
 * Restarts each replica in turn, under load: SIGTERM, the end of the process, a new one on the same port, and
 * the next replica when the new one gets requests.
 */
export async function restartReplicas(
  restarts: ReplicaRestarts,
  { ports, load, kubernetes, sees, misses }: Balancer,
): Promise<RestartResult> {
  const { program, leaving, grace = 20_000 } = restarts;
  const received = await noteReceived();
  const replicas = new Map<number, ReplicaProcess>();
  const start = async (port: number) => {
    const replica = startReplica(program, port, leaving, { kubernetes, received: received.file });
    replicas.set(port, replica);
    await sees(port, replica);
  };
  const restart = async (port: number) => {
    const leaves = (replicas.get(port) as ReplicaProcess).leave(grace);
    const [left] = await Promise.all([leaves, misses(port, leaves)]);
    await start(port);
    return [left];
  };
  try {
    await Promise.all(ports.map(start));
    return await restartUnderLoad(restarts, {
      load: { ...load, received: received.has },
      parts: ports.map((port) => () => restart(port)),
    });
  } finally {
    await Promise.all([...replicas.values()].map((replica) => replica.kill()));
    await received.remove();
  }
}
