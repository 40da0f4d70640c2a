import { type ChecksInput, resolveChecks } from "./checks/resolve-checks.ts";
import type { CheckOptions } from "./contract/check.ts";
import type { Words } from "./contract/explain.ts";
import type { Health, HealthEvents } from "./contract/health.ts";
import type { Logger } from "./contract/logger.ts";
import {
  BOOLEAN,
  CHECK_OPTION_RULES,
  FUNCTION,
  hasMethods,
  milliseconds,
  oneOf,
  RECORD,
  type Rules,
  requireOption,
  validateOptions,
} from "./contract/options.ts";
import { PROBES } from "./contract/probe.ts";
import { ON_WORKERD } from "./contract/runtime.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { brief } from "./formats/internal/brief.ts";
import { type HealthInternals, INTERNALS, type InternalEvents } from "./health-internals.ts";
import { createAccess } from "./http/access.ts";
import { createHandler } from "./http/handler.ts";
import { HTTP_RULES, type HttpOptions } from "./http/http-options.ts";
import { createRouter } from "./http/routes.ts";
import { Lifecycle } from "./lifecycle/lifecycle.ts";
import { Reporter } from "./report/reporter.ts";
import { Emitter } from "./telemetry/emitter.ts";
import { createLog } from "./telemetry/log.ts";
import type { TransitionLog } from "./telemetry/transition-log.ts";

/** What {@link createHealth} takes. Times are milliseconds. */
export interface HealthOptions {
  /**
   * The checks by name: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit. Each
   * is a client that hale recognises, a check, an async function, or a {@link group}.
   *
   * @default none
   */
  checks?: ChecksInput | undefined;
  /**
   * Milliseconds within which every probe is answered. The default is below the kubelet's
   * `timeoutSeconds` of 1.
   *
   * @default 800
   */
  deadline?: number | undefined;
  /** What holds for every check that does not say otherwise. */
  defaults?: CheckDefaults | undefined;
  /** Where probes are answered, and what to whom. */
  http?: HttpOptions | undefined;
  /** When startup is done. */
  startup?: StartupOptions | undefined;
  /**
   * Gets one line for each change of state; `false` for silence.
   *
   * @default console
   */
  logger?: Logger | false | undefined;
}

/** The options of checks that may have a default for all. */
export type CheckDefaults = Omit<CheckOptions, "restartAfter">;

/** When startup is done. Times are milliseconds. */
export interface StartupOptions {
  /**
   * Whether startup waits for `markStarted()`, besides the start-up tasks.
   *
   * @default false
   */
  manual?: boolean | undefined;
  /**
   * Milliseconds after which a start that is not done is logged, with what it waits for. Startup stays
   * 503 until it is done.
   *
   * @default 30000
   */
  deadline?: number | undefined;
}

const MIN_DEADLINE = 150;

const { restartAfter: _, ...DEFAULTS_RULES } = CHECK_OPTION_RULES;

const RULES: Rules<HealthOptions> = {
  checks: RECORD,
  deadline: milliseconds(MIN_DEADLINE),
  defaults: RECORD,
  http: RECORD,
  startup: RECORD,
  logger: {
    expected: "a logger or false",
    accepts: (value) => value === false || hasMethods(value, ["info", "warn", "error"]),
  },
};

const STARTUP_RULES: Rules<StartupOptions> = { manual: BOOLEAN, deadline: milliseconds(1) };

const EVENT_RULE = oneOf(["change", "phase"] satisfies (keyof HealthEvents)[]);

/**
 * Makes the health of a service: give it the clients that the service already has, and give it to a
 * way in such as `attach` of `hale/node`.
 *
 * @throws a {@link HaleError} for every option that is misspelt, of the wrong type or out of range,
 *   and for what makes no sense together; each code is described in docs/errors.md
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { createHealth } from "hale";
 * import { attach } from "hale/node";
 *
 * const server = createServer((request, response) => response.end("Hello"));
 * const health = createHealth({
 *   checks: { upstream: async ({ signal }) => fetch("http://127.0.0.1:9", { signal }) },
 * });
 * attach(server, health);
 * server.listen(0, "127.0.0.1");
 * ```
 */
export function createHealth(options: HealthOptions = {}): Health {
  return composeHealth(options, { clock: systemClock, random: Math.random });
}

/** Time and chance, which tests replace. */
export interface Environment {
  readonly clock: Clock;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

const NOTHING = {};

/** Wires the stages of one service's health. */
export function composeHealth(options: HealthOptions, { clock, random }: Environment): Health {
  validateOptions("createHealth()", options, RULES);
  const { checks = {}, deadline = 800, defaults = {}, http = {}, startup = {} } = options;
  validateOptions("defaults", defaults, DEFAULTS_RULES);
  validateOptions("http", http, HTTP_RULES);
  validateOptions("startup", startup, STARTUP_RULES);
  const { paths = {}, expose = "checks", tokens = [] } = http;
  const { manual = false, deadline: startupDeadline = 30_000 } = startup;
  const router = createRouter(paths);
  const beside = loading(() => import("./beside.ts"));
  const words: Promise<Words> = loading(() => beside.then(undefined, () => UNLOADED));
  const events = new Emitter<InternalEvents>();
  const log = createLog(options.logger ?? console);
  const unloaded = (failure: unknown) => log("error", String(failure), {});
  let lines: TransitionLog | undefined;
  /** At once where it can be: on workerd, what is to come after a request does not. */
  const tell = <K extends keyof TransitionLog>(what: K, ...of: Parameters<TransitionLog[K]>) => {
    if (lines) return (lines[what] as (...of: unknown[]) => void)(...of);
    void beside.then(({ createTransitionLog }) => {
      lines = createTransitionLog(log);
      tell(what, ...of);
    }, unloaded);
  };

  const { checks: resolved, groups } = resolveChecks(checks);
  const engine = new Engine(resolved, {
    groups,
    clock,
    random,
    deadline,
    defaults,
    words,
    onResult: () => events.emit("result", undefined),
    onVerdict: () => reporter.invalidate(),
    onChange(event) {
      tell("change", event);
      events.emit("change", event);
    },
  });
  const life = new Lifecycle({
    manual,
    words,
    clock,
    startupDeadline,
    onPhase(event) {
      reporter.invalidate();
      tell("phase", event);
      events.emit("phase", event);
    },
    onTaskFailed: (task, again) => tell("taskFailed", task, again),
    onStartupLate: (tasks) => tell("startupLate", tasks),
  });
  const reporter = new Reporter(engine, life);
  const inside: HealthInternals = {
    clock,
    engine,
    life,
    reporter,
    router,
    events,
    log,
    deadline,
    http,
    access: (answers) =>
      createAccess(answers.expose ?? expose, tokens, { clock, deadline, words, log }),
    handler: (answers, answering = reporter) =>
      createHandler({
        router,
        access: inside.access(answers),
        manner: { ...http, ...answers },
        standard: brief,
        formats: async () => (await import("./formats/index.ts")).FORMATS,
        reporter: answering,
        onReadiness: (request, status) => events.emit("readiness", { request, status }),
      }),
  };

  const health: Health & { readonly [INTERNALS]: HealthInternals } = {
    [INTERNALS]: inside,
    async report(probe, asked = NOTHING) {
      if (!PROBES.includes(probe) || asked !== NOTHING) {
        await beside.then(
          (loaded) => loaded.validateReportOptions(probe, asked, reporter),
          unloaded,
        );
      }
      const { check, exclude = [] } = asked;
      return (await reporter.refresh({ probe, check, exclude })).report();
    },
    handle: inside.handler({}),
    addStartupTask: (name, task, options) => life.addStartupTask(name, task, options),
    whenReady() {
      const ready = beside.then((loaded) => loaded.whenReady(inside));
      // Who does not wait for it must not be ended by it.
      ready.catch(() => {});
      return ready;
    },
    markStarted: () => life.markStarted(),
    on(event, listener) {
      requireOption("on()", "event", event, EVENT_RULE);
      requireOption("on()", "listener", listener, FUNCTION);
      return events.on(event, listener);
    },
    drain: () => life.drain(),
    async close() {
      engine.close();
      life.drain();
      await beside.then(({ closeChecks }) => closeChecks(resolved, inside), unloaded);
    },
  };
  return health;
}

/** What is read of outcomes when that could not be loaded: their status, and no reason. */
const UNLOADED: Words = {
  explain: () => "Its reason could not be loaded.",
  read(returned) {
    const { ok, status } = returned as { ok?: unknown; status?: unknown };
    const down = returned === false || ok === false || status === "down";
    return { status: down ? "down" : status === "degraded" ? status : "up" };
  },
};

/** Loads at once; on workerd, where no request may wait for what another has begun, for each who waits. */
function loading<T>(load: () => Promise<T>): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: it is a promise that begins when it is waited for
  return ON_WORKERD ? ({ then: (...on) => load().then(...on) } as Promise<T>) : load();
}
