import { type CheckInput, type GroupInput, resolveChecks } from "./checks/_resolve.ts";
import type { CheckOptions } from "./contract/check.ts";
import type { Words } from "./contract/explain.ts";
import type { Expose } from "./contract/format.ts";
import type { Health, HealthEvents } from "./contract/health.ts";
import type { Logger } from "./contract/logger.ts";
import {
  CHECK_OPTION_RULES,
  FUNCTION,
  hasMethods,
  milliseconds,
  oneOf,
  RECORD,
  type Rule,
  type Rules,
  requireOption,
  validateOptions,
} from "./contract/options.ts";
import type { Paths } from "./contract/paths.ts";
import { PROBES } from "./contract/probe.ts";
import { ON_WORKERD } from "./contract/runtime.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { brief } from "./formats/_brief.ts";
import { createAccess, EXPOSE_RULE } from "./http/access.ts";
import { createHandler } from "./http/handler.ts";
import { MANNER_RULES, type Manner } from "./http/manner.ts";
import { createRouter } from "./http/routes.ts";
import { Life } from "./lifecycle/life.ts";
import { type InnerEvents, PARTS, type Parts } from "./lifecycle/parts.ts";
import { Reporter } from "./report/reporter.ts";
import { Emitter } from "./telemetry/emitter.ts";
import { createLog } from "./telemetry/log.ts";
import type { TransitionLog } from "./telemetry/transition-log.ts";

/** What {@link createHealth} takes; the check options are defaults for every check. Times are milliseconds. */
export interface HealthOptions extends CheckOptions, Manner {
  /**
   * The checks by name: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit. An
   * object of checks is a group, and so is a list of the names of others.
   *
   * @default none
   */
  checks?: Readonly<Record<string, CheckInput | GroupInput>> | undefined;
  /**
   * Milliseconds within which every probe is answered. The default is below the kubelet's
   * `timeoutSeconds` of 1.
   *
   * @default 800
   */
  deadline?: number | undefined;
  /** The path or paths of each probe, in place of its default ones; `false` switches its routes off. */
  paths?: Paths | undefined;
  /**
   * How much everybody sees: the verdict (`"status"`), each check's name and whether it is ok
   * (`"checks"`), or also reasons, timings and observations (`"details"`); of each probe something
   * else, or what a function says of each request.
   *
   * @default "checks"
   */
  expose?: Expose | undefined;
  /** Access tokens of 16 characters or more; who sends one as `Authorization: Bearer` sees details.
   *
   * @default none
   */
  tokens?: readonly string[] | undefined;
  /**
   * When startup is done: with the start-up tasks, or `"manual"`: with them and `started()`.
   *
   * @default "tasks"
   */
  startup?: "tasks" | "manual" | undefined;
  /**
   * Milliseconds after which a start that is not done is logged, with what it waits for.
   *
   * @default 30000
   */
  startupDeadline?: number | undefined;
  /**
   * Gets one line for each change of state; `false` for silence.
   *
   * @default console
   */
  logger?: Logger | false | undefined;
}

const SHORTEST_DEADLINE = 150;

/** Each token is looked at for itself, so that the error says which. */
const TOKENS: Rule = { expected: "a list of strings", secret: true, accepts: Array.isArray };

const RULES: Rules<HealthOptions> = {
  ...CHECK_OPTION_RULES,
  ...MANNER_RULES,
  checks: RECORD,
  deadline: milliseconds(SHORTEST_DEADLINE),
  paths: RECORD,
  expose: EXPOSE_RULE,
  tokens: TOKENS,
  startup: oneOf(["tasks", "manual"]),
  startupDeadline: milliseconds(1),
  logger: {
    expected: "a logger or false",
    accepts: (value) => value === false || hasMethods(value, ["info", "warn", "error"]),
  },
};

/** What a path must be is told by the router. */
const PATH_RULES = Object.fromEntries(
  PROBES.map((probe) => [probe, { expected: "", accepts: () => true }]),
);

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
  const {
    checks = {},
    deadline = 800,
    paths = {},
    expose = "checks",
    tokens = [],
    startupDeadline = 30_000,
  } = options;
  validateOptions("paths", paths, PATH_RULES);
  const router = createRouter(paths);
  const beside = loading(() => import("./beside.ts"));
  const words: Promise<Words> = loading(() => beside.then(undefined, () => UNLOADED));
  const events = new Emitter<InnerEvents>();
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

  const { resolved, groups } = resolveChecks(checks);
  const engine = new Engine(resolved, {
    groups,
    clock,
    random,
    deadline,
    defaults: checkOptionsOf(options),
    words,
    onResult: () => events.emit("result", undefined),
    onVerdict: () => reporter.invalidate(),
    onChange(event) {
      tell("change", event);
      events.emit("change", event);
    },
  });
  const life = new Life({
    manual: options.startup === "manual",
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
  const inside: Parts = {
    clock,
    engine,
    life,
    reporter,
    router,
    events,
    log,
    deadline,
    options,
    access: (answers) =>
      createAccess(answers.expose ?? expose, tokens, { clock, deadline, words, log }),
    handler: (answers, answering = reporter) =>
      createHandler({
        router,
        access: inside.access(answers),
        manner: { ...options, ...answers },
        standard: brief,
        formats: async () => (await import("./formats/index.ts")).FORMATS,
        reporter: answering,
        onReadiness: (request, status) => events.emit("readiness", { request, status }),
      }),
  };

  const health: Health & { readonly [PARTS]: Parts } = {
    [PARTS]: inside,
    async report(probe, asked = NOTHING) {
      if (!PROBES.includes(probe) || asked !== NOTHING) {
        await beside.then((loaded) => loaded.validateQuestion(probe, asked, reporter), unloaded);
      }
      const { check, exclude = [] } = asked;
      return (await reporter.settle({ probe, check, exclude })).report();
    },
    handle: inside.handler({}),
    starting: (name, task, options) => life.starting(name, task, options),
    whenReady() {
      const ready = beside.then((loaded) => loaded.whenReady(inside));
      // Who does not wait for it must not be ended by it.
      ready.catch(() => {});
      return ready;
    },
    started: () => life.startedByHand(),
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

function checkOptionsOf(options: HealthOptions): CheckOptions {
  const names = Object.keys(CHECK_OPTION_RULES) as (keyof CheckOptions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}
