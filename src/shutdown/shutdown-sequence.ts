import type { WorkerLeader } from "../cluster/lead-workers.ts";
import { primaryOrdersOf } from "../cluster/primary-orders.ts";
import type { Health } from "../contract/health.ts";
import type { HealthInternals } from "../health-internals.ts";
import { hasOpenFastifyApp } from "../node-http/fastify-apps.ts";
import { servingMounts } from "../node-http/serving-mounts.ts";
import { reasonOf } from "../report/reason.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import type { SortedServers } from "./closable-servers.ts";
import { closeServers, describeCutOff } from "./close-servers.ts";
import type { WebSockets } from "./connections/web-sockets.ts";
import { describeWait, PORT_CLOSED } from "./drain-decision.ts";
import { type DrainState, quietOf } from "./drain-state.ts";
import { waitForDrain } from "./drain-wait.ts";
import { OrderedHooks } from "./ordered-hooks.ts";
import { probersOf } from "./probers.ts";
import type { CutOff, ServerDrain } from "./server-drain.ts";
import { SharedServers } from "./shared-servers.ts";
import type { ShutdownSettings } from "./shutdown-options.ts";
import type { TrafficHistory } from "./traffic-history.ts";

/** The result of a shutdown. */
export interface ShutdownResult {
  /** 1 when a deadline cut something off, a hook failed or an exception was not caught; else 0. */
  readonly code: 0 | 1;
  /** The condition that ended the drain. */
  readonly drained: string;
  /** The requests and connections that were cut off at the deadline. */
  readonly cutOff: CutOff;
  /** The hooks that failed, or did not end in time, by name; `workers` where one of a cluster did. */
  readonly failedHooks: readonly string[];
}

/**
 * The parts of the process that a shutdown ends.
 *
 * @internal
 */
export interface ShutdownContext {
  readonly health: Health;
  readonly parts: HealthInternals;
  readonly settings: ShutdownSettings;
  readonly kubernetes: boolean;
  /** Whether requests can come at all. */
  readonly reachable: boolean;
  /** Which shutdown was given the server of the health, where this one was given none. */
  readonly serverOwner: () => DrainState["serverOwner"];
  /** Whether other processes take the new connections of this one. */
  readonly siblings: boolean;
  /** In the primary of a cluster. */
  readonly leader: WorkerLeader | undefined;
  readonly handBack: () => Promise<void>;
  readonly traffic: TrafficHistory;
  readonly servers: readonly ServerDrain[];
  readonly webSockets: readonly WebSockets[];
  readonly sorted: Pick<SortedServers, "servers" | "socketServers" | "apps" | "healthServers">;
}

/**
 * The result of a shutdown that cut off nothing.
 *
 * @internal
 */
export const NOTHING: CutOff = { requests: 0, connections: 0 };

/** Milliseconds for requests in flight after an uncaught exception. */
const FATAL_TIMEOUT = 2000;

const REFUSED = `${PORT_CLOSED} during the drain, so that requests are refused: remove its listener to the signal (Nest: app.enableShutdownHooks())`;

const CLOSED_BY_OTHER = "another shutdown closed the port";

const LEFT_OPEN =
  "a Fastify app was not closed, since its server was given in place of it, so its onClose hooks did not run: write servers: [app]";

/**
 * The course of one shutdown, from the drain to the last hook.
 *
 * @internal
 */
export class ShutdownSequence {
  readonly #context: ShutdownContext;
  readonly #hooks: OrderedHooks;
  readonly #shared: SharedServers;
  #fatal = false;
  #hurry = () => {};
  readonly #hurried = new Promise<void>((resolve) => {
    this.#hurry = resolve;
  });
  #release = () => {};
  readonly #released = new Promise<void>((resolve) => {
    this.#release = resolve;
  });
  #stage = "draining";

  constructor(context: ShutdownContext) {
    this.#context = context;
    const { parts, settings, sorted } = context;
    this.#hooks = new OrderedHooks(parts, settings, sorted);
    this.#shared = new SharedServers({
      given: sorted.servers,
      mounted: () => servingMounts(parts).map(({ server }) => server),
      requestTimeout: settings.requestTimeout,
    });
  }

  /** The current step, for the log. */
  get stage(): string {
    return this.#stage;
  }

  /** The hooks that have not finished, for the log. */
  get unfinished(): readonly string[] {
    return this.#hooks.unfinished;
  }

  /** Waits for nothing more but what cannot be left out, because an exception was not caught. */
  expedite(): void {
    this.#fatal = true;
    this.#hurry();
  }

  /** Notes that `begin()` was called: a hook that waits for this shutdown must not be waited for. */
  requested(): void {
    if (this.#shared.hostRunsHooks) this.#release();
  }

  /** Goes through it, for a reason; whatever fails, it comes to an end. */
  async run(reason: string): Promise<ShutdownResult> {
    try {
      return await this.#run(reason);
    } catch (failure) {
      const why = `shutdown failed while ${this.#stage}: ${reasonOf(failure)}`;
      this.#context.parts.log("error", why, { code: 1 });
      return { code: 1, drained: why, cutOff: NOTHING, failedHooks: this.#hooks.failed };
    } finally {
      this.#shared.end();
    }
  }

  async #run(reason: string): Promise<ShutdownResult> {
    const { health, parts, settings, servers, leader, sorted } = this.#context;
    const { clock, log } = parts;
    const began = clock.now();
    this.#shared.begin();
    const probers = probersOf(parts);
    probers.startCounting();
    const state = this.#stateFrom(began);
    const wait = describeWait(state(), settings.exit && settings.signals.includes(reason));
    log("info", `shutdown started: ${reason}; ${wait}`, { why: reason });
    health.drain();
    parts.beginStage("drain");
    for (const one of servers) one.drain();
    leader?.drain();
    const draining = this.#hooks.drain();

    const orders = primaryOrdersOf(parts);
    const ended = await waitForDrain({
      clock,
      state,
      arrivals: () => servers.reduce((sum, one) => sum + one.arrivals, 0),
      sendGoaway: () => {
        for (const one of servers) one.sendGoaway();
      },
      onChange: (listener) => {
        const stops = [probers.onRefusal(listener), orders.onOrder(listener)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      hurried: this.#hurried,
      isHurried: () => this.#fatal,
      othersEnded: () => {
        this.#shared.reach("drained");
        return this.#shared.othersDrained();
      },
    });
    const isClosedByOther = ended === PORT_CLOSED && this.#shared.closed;
    const drained = isClosedByOther ? CLOSED_BY_OTHER : ended;
    if (drained === PORT_CLOSED) log("warn", REFUSED, {});
    this.#shared.reach("drained");
    this.#shared.close();
    // At once: what arrives between the verdict and the close of the port cannot be read any more.
    this.#stage = "waiting for requests in flight";
    const closing = this.#closeServers(quietOf(state()));
    log("info", `drain finished in ${inSeconds(clock.now() - began)}: ${drained}`, { drained });
    const workersEnd = this.#endWorkers(clock.now() - began);
    const cutOff = await closing;
    await Promise.race([this.#hostsClosed(), this.#afterFatal(FATAL_TIMEOUT)]);
    const cut = describeCutOff(cutOff);
    if (cut !== undefined) log("error", cut, { ...cutOff });

    if (leader !== undefined) this.#stage = "waiting for workers";
    await workersEnd;
    this.#stage = "waiting for hooks";
    await draining;
    await this.#hooks.close(() => health.close());
    // Where the process goes on, the service may close the app later.
    if (settings.exit && sorted.servers.some(hasOpenFastifyApp)) log("warn", LEFT_OPEN, {});

    const { failed } = this.#hooks;
    const code = this.#fatal || cut !== undefined || failed.length > 0 ? 1 : 0;
    const took = inSeconds(clock.now() - began);
    const line = `shutdown finished in ${took}, exit code ${code}`;
    log(code === 0 ? "info" : "error", line, { code });
    return { code, drained, cutOff, failedHooks: failed };
  }

  #stateFrom(began: number): () => DrainState {
    const { parts, settings, kubernetes, reachable, serverOwner, siblings, servers, traffic } =
      this.#context;
    const { clock, lifecycle } = parts;
    const orders = primaryOrdersOf(parts);
    const before = traffic.summary(began);
    const isOpen = () => servers.some(({ listening }) => listening);
    const wasOpen = isOpen();
    return () => ({
      // A signal may come in the turn of createHealth(), at the end of which startup is done.
      started: lifecycle.started,
      traffic: before,
      now: clock.now(),
      began,
      kubernetes,
      reachable,
      serverOwner: serverOwner(),
      siblings,
      portClosed: wasOpen && !isOpen(),
      lead: orders.lead,
      lastRequest: Math.max(-Infinity, ...servers.map(({ newest }) => newest)),
      probers: probersOf(parts).recent(clock.now()),
      settings: settings.drain,
    });
  }

  /** A worker may take what is left of the drain, requests in flight and one hook. */
  async #endWorkers(drained: number): Promise<void> {
    const { leader, settings } = this.#context;
    if (leader === undefined) return;
    const { drain, requestTimeout, hookTimeout } = settings;
    const timeout = Math.max(0, drain.max - drained) + requestTimeout + hookTimeout;
    const failures = await leader.close(timeout, this.#afterFatal(FATAL_TIMEOUT + hookTimeout));
    if (failures.length > 0) this.#hooks.fail("workers");
  }

  /** Resolves so many milliseconds after an exception that was not caught. */
  #afterFatal(milliseconds: number): Promise<void> {
    const { clock } = this.#context.parts;
    return this.#hurried.then(
      () => new Promise<void>((resolve) => clock.after(milliseconds, resolve)),
    );
  }

  /** Ends streams and sockets, once all ports that the health is on are closed. */
  async #stop(): Promise<void> {
    this.#shared.reach("stopped");
    if (this.#shared.isGuest)
      await Promise.race([this.#shared.hostsReached("stopped"), this.#hurried]);
    await this.#hooks.stop();
  }

  /** Waits for the requests of shared servers, and for the hooks that may end those of servers hale cannot close. */
  async #hostsClosed(): Promise<void> {
    await this.#shared.hostsReached("closed");
    await Promise.race([this.#shared.hostsReached("ended"), this.#released]);
  }

  /** A server that cannot be closed must not keep the hooks from running, nor the process. */
  async #closeServers(quiet: number): Promise<CutOff> {
    const { parts, servers, webSockets, handBack } = this.#context;
    const { clock, log } = parts;
    let stopping = Promise.resolve();
    let handedBack = Promise.resolve();
    try {
      return await closeServers({
        servers,
        webSockets,
        quiet: this.#fatal ? 0 : quiet,
        timeout: this.#fatal ? FATAL_TIMEOUT : this.#shared.requestTimeout,
        clock,
        onStop: () => {
          if (servers.length > 0) handedBack = handBack();
          stopping = this.#stop();
          return stopping;
        },
        sooner: this.#afterFatal(FATAL_TIMEOUT),
      });
    } catch (failure) {
      log("error", `the servers could not be closed: ${reasonOf(failure)}`, {});
      this.#hooks.fail("servers");
      return NOTHING;
    } finally {
      this.#shared.reach("closed");
      await Promise.all([stopping, handedBack]);
      this.#shared.reach("ended");
    }
  }
}
