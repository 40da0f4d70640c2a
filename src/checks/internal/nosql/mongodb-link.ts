import { hasMethods } from "../../../contract/options.ts";
import { oneAtATime } from "../common/one-at-a-time.ts";
import { builtinIfAny } from "../process/builtin.ts";
import type { MongodbMongoClient } from "./mongodb-client.ts";

/** The connection of a check to the servers of a `MongoClient`. */
export interface MongodbLink {
  /** Whether the client has connected, so that a command does not make it connect. */
  readonly isOpen: boolean;
  /** The driver's word for the servers, such as `Single`; it has events for it, but no property. */
  readonly topology: string | undefined;
  /** The connections of each server's pool, where the service has taken all of them; else `undefined`. */
  readonly taken: number | undefined;
  /** Whether a ping that was given up may hold a connection of a pool. */
  readonly isHung: boolean;
  /** Has the client connect, one time at a time. */
  open(): Promise<void>;
  /** Sends one ping at a time. */
  ping(): Promise<unknown>;
}

/** The properties of the driver that have no public type. */
interface Internals {
  topology?: Topology | undefined;
  readonly s?: { readonly hasBeenClosed?: boolean };
  readonly options?: { readonly hosts?: readonly Host[]; readonly srvHost?: string };
  readonly readPreference?: unknown;
  connect?(): Promise<unknown>;
}

interface Topology {
  readonly description?: { readonly type?: unknown };
  readonly s?: { readonly servers?: ReadonlyMap<string, MongodbServer> };
  isDestroyed?(): boolean;
}

/** One of the servers that the driver talks to; before version 5 it keeps its pool elsewhere. */
interface MongodbServer {
  readonly pool?: MongodbPool;
  readonly s?: { readonly pool?: MongodbPool };
}

interface MongodbPool {
  readonly totalConnectionCount?: number;
  readonly availableConnectionCount?: number;
  readonly pendingConnectionCount?: number;
  readonly options?: { readonly maxPoolSize?: number };
}

interface Host {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
}

/** Makes the link of a client; a ping is ended after so many milliseconds. */
export function linkTo(client: MongodbMongoClient, limit: number): MongodbLink {
  const driver = client as MongodbMongoClient & Internals;
  const open = oneAtATime((signal) => connect(driver, signal), limit);
  // With the client's own read preference: what its queries need is what has to be there.
  const ping = oneAtATime(
    (signal) =>
      client.db("admin").command({ ping: 1 }, { readPreference: driver.readPreference, signal }),
    limit,
  );
  return {
    get isOpen() {
      // One that the service has closed says so itself. What is no MongoClient is asked as it is.
      if (driver.s?.hasBeenClosed === true || !hasMethods(driver, ["connect"])) return true;
      return isAlive(driver.topology);
    },
    get topology() {
      const type = driver.topology?.description?.type;
      return typeof type === "string" ? type : undefined;
    },
    get taken() {
      // A connection that the ping itself holds is not the service's.
      if (ping.isUnderWay) return undefined;
      const pools = [...(driver.topology?.s?.servers?.values() ?? [])].map(
        ({ pool, s }) => pool ?? s?.pool,
      );
      // Of a replica set, most clients only use one member.
      const used = pools.filter((pool) => (pool?.totalConnectionCount ?? 0) > 0);
      const isExhausted = used.length > 0 && used.every(isTaken);
      return isExhausted ? used[0]?.totalConnectionCount : undefined;
    },
    get isHung() {
      return ping.isHung === true;
    },
    open,
    ping,
  };
}

/** Whether the service has taken every connection of a pool, and none is being opened. */
function isTaken({
  totalConnectionCount: total,
  availableConnectionCount: available,
  pendingConnectionCount: pending,
  options: { maxPoolSize = 0 } = {},
}: MongodbPool = {}): boolean {
  // 0: as many as are asked for.
  return maxPoolSize > 0 && available === 0 && pending === 0 && (total ?? 0) >= maxPoolSize;
}

function isAlive(topology: Topology | undefined): boolean {
  return topology !== undefined && topology.isDestroyed?.() !== true;
}

/**
 * Connects a client that has not connected, once one of its servers accepts connections. An attempt that fails
 * leaves a client behind that never connects again, for the service's own queries neither: what it leaves is taken
 * away, so that the next command connects anew.
 */
async function connect(driver: Internals, signal: AbortSignal): Promise<void> {
  await reachOne(driver.options ?? {}, signal);
  try {
    await driver.connect?.();
  } catch (failure) {
    if (!isAlive(driver.topology)) driver.topology = undefined;
    throw failure;
  }
}

/** Resolves once one of the hosts has accepted a connection; rejects when all have refused. */
async function reachOne(
  { hosts = [], srvHost }: NonNullable<Internals["options"]>,
  signal: AbortSignal,
): Promise<void> {
  const net = builtinIfAny<typeof import("node:net")>("node:net");
  // Behind a name that is looked up first, the hosts are not known yet.
  if (net === undefined || hosts.length === 0 || srvHost !== undefined) return;
  const sockets = hosts.map(({ host = "localhost", port = 27017, socketPath: path }) =>
    net.connect(path === undefined ? { host: host.replace(/^\[|\]$/g, ""), port } : { path }),
  );
  const end = () => {
    for (const socket of sockets) socket.destroy();
  };
  signal.addEventListener("abort", end, { once: true });
  const accepted = sockets.map(
    (socket) =>
      new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
        socket.once("close", () => reject(signal.reason));
      }),
  );
  try {
    await Promise.any(accepted);
  } catch (failure) {
    throw (failure as AggregateError).errors[0];
  } finally {
    end();
  }
}
