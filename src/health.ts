import { type CheckInput, type GroupInput, resolveChecks } from "./checks/_resolve.ts";
import type { CheckOptions } from "./contract/check.ts";
import type { Explain, ReadOutcome } from "./contract/explain.ts";
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
import { createLog, type Log } from "./telemetry/log.ts";
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
    expected: "a logger with info, warn and error, or false",
    accepts: (value) => value === false || hasMethods(value, ["info", "warn", "error"]),
  },
};

const PATH_RULE: Rule = {
  expected: "a path, a list of one or more paths, or false",
  accepts: (value) =>
    value === false || typeof value === "string" || (Array.isArray(value) && value.length > 0),
};
const PATH_RULES = Object.fromEntries(PROBES.map((probe) => [probe, PATH_RULE]));

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
  const { checks = {}, deadline = 800, paths = {}, expose = "checks", tokens = [] } = options;
  const { startupDeadline = 30_000 } = options;
  validateOptions("paths", paths, PATH_RULES);
  const router = createRouter(paths);
  const explain = loadExplain();
  const events = new Emitter<InnerEvents>();
  const log = createLog(options.logger ?? console);
  const transitions = loadTransitions(log);
  const tell = (say: (lines: TransitionLog) => void) =>
    void transitions.then(say, (failure) => log("error", String(failure), {}));
  const guard = { clock, deadline, explain, log };

  const { resolved, groups } = resolveChecks(checks);
  const engine = new Engine(resolved, {
    groups,
    clock,
    random,
    deadline,
    defaults: checkOptionsOf(options),
    explain,
    read: loadRead(),
    onResult: () => events.emit("result", undefined),
    onVerdict: () => reporter.invalidate(),
    onChange(event) {
      tell((lines) => lines.change(event));
      events.emit("change", event);
    },
  });
  const life = new Life({
    manual: options.startup === "manual",
    explain,
    clock,
    startupDeadline,
    onPhase(event) {
      reporter.invalidate();
      tell((lines) => lines.phase(event));
      events.emit("phase", event);
    },
    onTaskFailed: (task, again) => tell((lines) => lines.taskFailed(task, again)),
    onStartupLate: (tasks) => tell((lines) => lines.startupLate(tasks)),
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
    access: (answers) => createAccess(answers.expose ?? expose, tokens, guard),
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
        const { validateQuestion } = await import("./report/question.ts");
        validateQuestion(probe, asked, reporter);
      }
      const { check, exclude = [] } = asked;
      return (await reporter.settle({ probe, check, exclude })).report();
    },
    handle: inside.handler({}),
    starting: (name, task, options) => life.starting(name, task, options),
    whenReady: async () => (await import("./lifecycle/when-ready.ts")).whenReady(inside),
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
      const { closeChecks } = await import("./engine/close-checks.ts");
      await closeChecks(resolved.values(), clock, deadline);
    },
  };
  return health;
}

/** The rules of redaction are loaded beside the service's own start, not by the import of hale. */
function loadExplain(): Promise<Explain> {
  return loading(() =>
    import("./report/reason.ts").then(
      ({ reasonOf }) => reasonOf,
      () => () => "The reason cannot be told: its redaction could not be loaded.",
    ),
  );
}

/** So are the sentences of the log. */
async function loadTransitions(log: Log): Promise<TransitionLog> {
  return (await import("./telemetry/transition-log.ts")).createTransitionLog(log);
}

/** So is what reads outcomes; without it they are read by their status alone. */
function loadRead(): Promise<ReadOutcome> {
  return loading(() =>
    import("./engine/outcome.ts").then(
      ({ outcomeOf }) => outcomeOf,
      () => (returned) => {
        const { ok, status } = returned as { ok?: unknown; status?: unknown };
        if (returned === false || ok === false || status === "down") return { status: "down" };
        return { status: status === "degraded" ? status : "up" };
      },
    ),
  );
}

/** Loads at once; on workerd, where no request may wait for what another has begun, for each who waits. */
function loading<T>(load: () => Promise<T>): Promise<T> {
  // biome-ignore lint/suspicious/noThenProperty: it is a promise that begins when it is waited for
  return ON_WORKERD ? ({ then: (...on) => load().then(...on) } as Promise<T>) : load();
}

function checkOptionsOf(options: HealthOptions): CheckOptions {
  const names = Object.keys(CHECK_OPTION_RULES) as (keyof CheckOptions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}
