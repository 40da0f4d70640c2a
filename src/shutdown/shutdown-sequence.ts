import { primaryOrdersOf } from "../cluster/primary-orders.ts";
import type { WorkerShutdown } from "../cluster/worker-shutdown.ts";
import type { Health } from "../contract/health.ts";
import type { HealthInternals } from "../health-internals.ts";
import { reasonOf } from "../report/reason.ts";
import { inSeconds } from "../telemetry/in-seconds.ts";
import type { HealthServer } from "./closable-servers.ts";
import { closeServers, describeCutOff } from "./close-servers.ts";
import type { WebSockets } from "./connections/web-sockets.ts";
import { type DrainState, decideDrain, shouldSendGoaway } from "./drain-decision.ts";
import { type HookRun, namedHooks, runHook } from "./hooks.ts";
import { probersOf } from "./probers.ts";
import type { CutOff, ServerDrain } from "./server-drain.ts";
import type { ShutdownSettings } from "./shutdown-options.ts";

/** How a shutdown went. */
export interface ShutdownResult {
  /** 1 when a deadline cut something off, a hook failed or nobody had caught an error; else 0. */
  readonly code: 0 | 1;
  /** What ended the drain. */
  readonly drained: string;
  /** What was cut off at the deadline. */
  readonly cutOff: CutOff;
  /** The hooks that failed, or did not end in time, by name; `workers` where one of a cluster did. */
  readonly failedHooks: readonly string[];
}

/** What a shutdown brings to an end. */
export interface ShutdownContext {
  readonly health: Health;
  readonly parts: HealthInternals;
  readonly settings: ShutdownSettings;
  readonly kubernetes: boolean;
  /** Whether requests can come at all. */
  readonly reachable: boolean;
  /** In the primary of a cluster. */
  readonly leader: WorkerShutdown | undefined;
  readonly traffics: readonly ServerDrain[];
  readonly webSockets: readonly WebSockets[];
  readonly healthServers: readonly HealthServer[];
}

const NOTHING: CutOff = { requests: 0, connections: 0 };

/** Milliseconds for requests in flight where nobody has caught an error. */
const FATAL_TIMEOUT = 2000;

/** The course of one shutdown, from the drain to the last hook. */
export class ShutdownSequence {
  readonly #ending: ShutdownContext;
  readonly #failed: string[] = [];
  #fatal = false;
  #tellFatal = () => {};
  readonly #onFatal = new Promise<void>((resolve) => {
    this.#tellFatal = resolve;
  });
  #stage = "draining";

  constructor(ending: ShutdownContext) {
    this.#ending = ending;
  }

  /** What it is at, for the log. */
  get stage(): string {
    return this.#stage;
  }

  /** Waits no more but for what cannot be left out, because nobody has caught an error. */
  expedite(): void {
    this.#fatal = true;
    this.#tellFatal();
  }

  /** Goes through it; whatever fails, it comes to an end. */
  async run(): Promise<ShutdownResult> {
    try {
      return await this.#run();
    } catch (failure) {
      const why = `the shutdown has failed while ${this.#stage}: ${reasonOf(failure)}`;
      this.#ending.parts.log("error", why, { code: 1 });
      return { code: 1, drained: why, cutOff: NOTHING, failedHooks: this.#failed };
    }
  }

  async #run(): Promise<ShutdownResult> {
    const { health, parts, settings, leader, traffics, healthServers } = this.#ending;
    const { clock, log } = parts;
    const began = clock.now();
    const { started } = parts.lifecycle;
    health.drain();
    probersOf(parts).startCounting();
    for (const one of traffics) one.drain();
    leader?.drain();
    const draining = Promise.all(
      namedHooks(settings.onDrain).map((hook) => this.#hook("onDrain", hook)),
    );

    const drained = await this.#untilOver(began, started);
    log("info", `the drain is over after ${inSeconds(clock.now() - began)}: ${drained}`, {
      drained,
    });

    this.#stage = "waiting for requests in flight";
    const workersEnd = this.#endWorkers(clock.now() - began);
    const cutOff = await this.#closeServers().catch((failure: unknown): CutOff => {
      // A server that cannot be closed must not keep the hooks from running, nor the process.
      log("error", `the servers could not be closed: ${reasonOf(failure)}`, {});
      this.#failed.push("servers");
      return NOTHING;
    });
    const cut = describeCutOff(cutOff);
    if (cut !== undefined) log("error", cut, { ...cutOff });

    if (leader !== undefined) this.#stage = "waiting for workers";
    await workersEnd;
    this.#stage = "waiting for hooks";
    await draining;
    for (const hook of namedHooks(settings.onClose).toReversed()) await this.#hook("onClose", hook);
    await this.#closeHealth();
    for (const server of healthServers) {
      await this.#hook("servers", { name: server.url, hook: () => server.close() });
    }

    const code = this.#fatal || cut !== undefined || this.#failed.length > 0 ? 1 : 0;
    const took = inSeconds(clock.now() - began);
    log(code === 0 ? "info" : "error", `the shutdown has ended after ${took} with ${code}`, {
      code,
    });
    return { code, drained, cutOff, failedHooks: this.#failed };
  }

  async #hook(stage: string, hook: Parameters<typeof runHook>[0]): Promise<void> {
    const { parts, settings } = this.#ending;
    const { clock, log } = parts;
    const run: HookRun = { stage, timeout: settings.hookTimeout, clock, log };
    if (!(await runHook(hook, run))) this.#failed.push(hook.name);
  }

  /** One that cannot be closed must not keep the process; one that can is not worth a line. */
  async #closeHealth(): Promise<void> {
    const { health, parts, settings } = this.#ending;
    const { clock, deadline, log } = parts;
    const closed = await runHook(
      { name: "health", hook: () => health.close() },
      {
        stage: "close",
        timeout: deadline + settings.hookTimeout,
        clock,
        log: (level, ...line) => level === "error" && log(level, ...line),
      },
    );
    if (!closed) this.#failed.push("health");
  }

  async #untilOver(began: number, started: boolean): Promise<string> {
    const { parts, settings, kubernetes, reachable, traffics } = this.#ending;
    const { clock } = parts;
    const probers = probersOf(parts);
    const lead = primaryOrdersOf(parts);
    const view = (): DrainState => ({
      now: clock.now(),
      began,
      started,
      kubernetes,
      reachable,
      lead: lead.view,
      lastRequest: Math.max(-Infinity, ...traffics.map(({ newest }) => newest)),
      probers: probers.all,
      settings: settings.drain,
    });
    for (;;) {
      if (this.#fatal) return "an error that nobody has caught";
      const current = view();
      const verdict = decideDrain(current);
      if (verdict.over) return verdict.why;
      if (shouldSendGoaway(current)) for (const one of traffics) one.sendGoaway();
      const undo: (() => void)[] = [];
      const woken = new Promise<void>((wake) => {
        undo.push(
          clock.after(verdict.again, wake),
          probers.onTold(wake),
          lead.onOrder(() => wake()),
        );
      });
      await Promise.race([woken, this.#onFatal]);
      for (const one of undo) one();
    }
  }

  /** A worker may take what is left of the drain, requests in flight and one hook. */
  async #endWorkers(drained: number): Promise<void> {
    const { leader, settings } = this.#ending;
    if (leader === undefined) return;
    const { drain, requestTimeout, hookTimeout } = settings;
    const timeout = Math.max(0, drain.max - drained) + requestTimeout + hookTimeout;
    const failures = await leader.close(timeout, this.#afterFatal(FATAL_TIMEOUT + hookTimeout));
    if (failures.length > 0) this.#failed.push("workers");
  }

  /** Resolves so many milliseconds after an error that nobody has caught. */
  #afterFatal(milliseconds: number): Promise<void> {
    const { clock } = this.#ending.parts;
    return this.#onFatal.then(
      () => new Promise<void>((resolve) => clock.after(milliseconds, resolve)),
    );
  }

  #closeServers(): Promise<CutOff> {
    const { parts, settings, traffics, webSockets } = this.#ending;
    const { clock } = parts;
    return closeServers({
      traffics,
      webSockets,
      quiet: this.#fatal ? 0 : settings.drain.quiet,
      timeout: this.#fatal ? FATAL_TIMEOUT : settings.requestTimeout,
      clock,
      sooner: this.#afterFatal(FATAL_TIMEOUT),
    });
  }
}
