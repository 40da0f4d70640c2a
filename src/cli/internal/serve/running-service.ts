import {
  gracefulShutdown,
  type ListenOptions,
  listen,
  type ProbeServer,
  type Shutdown,
} from "../../../node.ts";
import type { LoadedService } from "../config/load-service.ts";
import { leaveExceptions } from "../run-program.ts";
import { waitForPrograms } from "./program-startup.ts";
import type { ServiceLog } from "./service-log.ts";

/** Milliseconds after its deadline within which a health that was replaced has answered its last request. */
const GRACE = 200;

const DEFAULT_DEADLINE = 800;

/** The shortest drain in Kubernetes, which takes a pod out of its services whatever probes say. */
const KUBERNETES_MIN = 5000;

const DEFAULT_MAX = 15_000;

/** A service with its log. */
export interface LoggedService extends LoadedService {
  readonly log: ServiceLog;
}

/** A service that is served, and may be replaced by another while it is. */
export class RunningService {
  #service: LoggedService;
  #server: ProbeServer;
  #shutdown: Shutdown;

  private constructor(service: LoggedService, server: ProbeServer) {
    this.#service = service;
    this.#server = server;
    this.#shutdown = this.#guard(service);
    leaveExceptions();
  }

  /**
   * Serves a service from now on.
   *
   * @throws HaleError when its port is not available
   */
  static async start(service: LoggedService): Promise<RunningService> {
    const { health, programs } = service;
    // Probes would wait while a driver that loads blocks the event loop.
    await service.loadDrivers();
    waitForPrograms(health, programs);
    const server = await listen(health, service.listen);
    health.markStarted();
    return new RunningService(service, server);
  }

  get url(): string {
    return this.#server.url;
  }

  /** The URL for gRPC clients, where they are served. */
  get grpcUrl(): string | undefined {
    return this.#server.grpc?.url;
  }

  get service(): LoggedService {
    return this.#service;
  }

  /** Whether a shutdown has begun. */
  get drains(): boolean {
    return this.#service.health.signal("drain").aborted;
  }

  /**
   * Serves another service from now on. Every probe is answered throughout, unless it is to listen otherwise on the
   * same port.
   *
   * @throws HaleError when its port is not available; the service before is served on then
   */
  async replace(next: LoggedService): Promise<void> {
    const { health, listen: options } = this.#service;
    next.log.leaveOutPhases();
    await next.loadDrivers();
    // What has started does not start again: the startup probe latches.
    if (!(await hasStarted(health))) waitForPrograms(next.health, next.programs);
    const isInPlace = isSame(options, next.listen) && options.grpc === undefined;
    if (isInPlace) next.health.markStarted();
    // No probe is answered before every check has a result, or the deadline has passed.
    await next.health.report("deep");
    // A signal may have come meanwhile, and is for the service that received it.
    if (this.drains) return void next.health.close();
    if (isInPlace) this.#server.replaceHealth(next.health);
    else this.#server = await this.#listenAnew(next);
    // A thread listens before startup is over.
    next.health.markStarted();
    const before = this.#shutdown;
    const previous = this.#service;
    this.#service = next;
    this.#shutdown = this.#guard(next);
    before.dispose();
    retire(previous);
  }

  async #listenAnew(next: LoggedService): Promise<ProbeServer> {
    const before = this.#server;
    const { health, listen: options } = this.#service;
    const portsOf = ({ port, grpc }: ListenOptions) =>
      [port, grpc].filter((one) => one !== undefined && one !== 0);
    const taken = portsOf(options);
    const samePort = portsOf(next.listen).some((one) => taken.includes(one));
    if (!samePort) {
      const server = await listen(next.health, next.listen);
      await before.close();
      return server;
    }
    await before.close();
    try {
      return await listen(next.health, next.listen);
    } catch (failure) {
      this.#server = await listen(health, options);
      throw failure;
    }
  }

  #guard({ health, drain }: LoggedService): Shutdown {
    const { max = DEFAULT_MAX } = drain;
    const inKubernetes = Boolean(process.env.KUBERNETES_SERVICE_HOST);
    const { min = inKubernetes ? Math.min(KUBERNETES_MIN, max) : undefined } = drain;
    // The server may be another one by then.
    const server = { url: this.url, port: 0, close: () => this.#server.close() };
    return gracefulShutdown({
      health,
      servers: [server],
      drain: { ...drain, min },
      fatal: "drain",
    });
  }
}

async function hasStarted(health: LoggedService["health"]): Promise<boolean> {
  return (await health.report("startup")).status !== "down";
}

/** Closes a health that was replaced, once it has answered what it was asked before. */
function retire({ health, log, deadline = DEFAULT_DEADLINE }: LoggedService): void {
  log.end();
  setTimeout(() => void health.close(), deadline + GRACE);
}

function isSame(one: ListenOptions, other: ListenOptions): boolean {
  const sorted = (options: ListenOptions) => JSON.stringify(Object.entries(options).sort());
  return sorted(one) === sorted(other);
}
