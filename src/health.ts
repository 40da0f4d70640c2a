import { adviceForClient, resolveChecks } from "./checks/resolve-checks.ts";
import type { CheckCounts } from "./contract/figures.ts";
import type { ServiceFormat } from "./contract/format.ts";
import {
  type Health,
  type HealthEvents,
  type ReportOptions,
  SHUTDOWN_STAGES,
} from "./contract/health.ts";
import { FUNCTION, oneOf, requireOption } from "./contract/options.ts";
import { PROBES, type Probe } from "./contract/probe.ts";
import type { Report } from "./contract/report.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { HistoryRecorder } from "./engine/history.ts";
import { FORMATS } from "./formats/index.ts";
import { type HealthInternals, INTERNALS, type InternalEvents } from "./health-internals.ts";
import { type HealthOptions, resolveHealthOptions } from "./health-options.ts";
import { createAccess } from "./http/access.ts";
import { createHandler } from "./http/handler.ts";
import { createRouter, type RouterOptions } from "./http/router.ts";
import { isScrape } from "./http/scrape.ts";
import { serviceFormatOf } from "./http/service-format.ts";
import { closeChecks } from "./lifecycle/close-checks.ts";
import { holdProcess } from "./lifecycle/hold-process.ts";
import { Lifecycle } from "./lifecycle/lifecycle.ts";
import { StageSignals } from "./lifecycle/stage-signals.ts";
import { whenReady } from "./lifecycle/when-ready.ts";
import { describeFailure } from "./report/describe-failure.ts";
import { Reporter, type ReportSource } from "./report/reporter.ts";
import { validateReportOptions } from "./report/validate-report-options.ts";
import { inRun, response, runEnd, transition } from "./telemetry/channels.ts";
import { countChange, countRun } from "./telemetry/check-counts.ts";
import { Emitter } from "./telemetry/emitter.ts";
import { createLog } from "./telemetry/log.ts";
import { ProcessCounts } from "./telemetry/process-counts.ts";
import { createTransitionLog } from "./telemetry/transition-log.ts";

export type {
  CheckDefaults,
  HealthOptions,
  HistoryOptions,
  StartupOptions,
} from "./health-options.ts";

const EVENT_RULE = oneOf(["change", "phase"] satisfies (keyof HealthEvents)[]);

/** Checks whose longest deep body in json is never over 10 KiB. */
const MAX_SHORT = 130;

const STAGE_RULE = oneOf(SHUTDOWN_STAGES);

/**
 * Makes the health of a service. Pass it the service's own clients, and pass the health to an adapter, such
 * as `attach` of `hale/node`.
 *
 * @throws a {@link HaleError} for every option that is misspelt, of the wrong type or out of range,
 *   and for options that contradict each other; docs/errors.md describes each code
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

/**
 * The sources of time and randomness, which tests replace.
 *
 * @internal
 */
export interface Environment {
  readonly clock: Clock;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

/**
 * Composes the parts of one service's health.
 *
 * @internal
 */
export function composeHealth(options: HealthOptions, { clock, random }: Environment): Health {
  const { deadline, defaults, http, startup, history } = resolveHealthOptions(options);
  const { checks, groups } = resolveChecks(options.checks ?? {});

  const log = createLog(options.logger ?? console);
  const lines = createTransitionLog(log);
  const events = new Emitter<InternalEvents>((event, failure) =>
    lines.listenerFailed(event, describeFailure(failure).reason),
  );
  const recorder = history.keep > 0 ? new HistoryRecorder(clock, history.keep) : undefined;
  const checkCounts = new Map([...checks.keys()].map((name): [string, CheckCounts] => [name, {}]));
  const engine = new Engine(checks, {
    groups,
    clock,
    random,
    deadline,
    defaults,
    describe: describeFailure,
    onState: recorder && ((state) => recorder.record(state)),
    inRun,
    adviceForClient,
    onResult(event) {
      countRun(checkCounts, event);
      runEnd?.publish(event);
      events.emit("result", event);
    },
    onVerdict: () => reporter.invalidate(),
    onChange(event) {
      lines.change(event);
      countChange(checkCounts, event);
      transition?.publish(event);
      events.emit("change", event);
    },
  });
  const lifecycle = new Lifecycle({
    manual: startup.manual,
    describe: describeFailure,
    clock,
    startupDeadline: startup.deadline,
    onPhase(event) {
      reporter.invalidate();
      lines.phase(event);
      events.emit("phase", event);
    },
    onTaskFailed: (task, retryIn) => lines.taskFailed(task, retryIn),
    onStartupLate: (tasks, awaited) => lines.startupLate(tasks, awaited),
  });
  const reporter = new Reporter(engine, lifecycle, recorder && (() => recorder.read()));
  const counts = new ProcessCounts();
  const signals = new StageSignals((stage) => counts.add(stage, Date.now() / 1000));
  const routerFor = (source: ReportSource, root?: RouterOptions["root"]) =>
    createRouter(http.paths ?? {}, {
      isName: (name) => PROBES.some((probe) => source.has(probe, name)),
      root,
    });

  const internals: HealthInternals = {
    clock,
    engine,
    lifecycle,
    reporter,
    router: routerFor(reporter),
    events,
    log,
    counts,
    checkCounts,
    figures: () => ({ ofProcess: (name) => counts.get(name), ofChecks: checkCounts }),
    describe: describeFailure,
    deadline,
    http,
    access: ({ expose = http.expose ?? "checks" }) =>
      createAccess(expose, http.tokens ?? [], { clock, deadline, log, describe: describeFailure }),
    handler: ({ responses = {}, reporter: source = reporter, readinessAtRoot = false } = {}) =>
      createHandler({
        router: routerFor(source, readinessAtRoot ? "readiness" : undefined),
        access: internals.access(responses),
        responses: { ...http, ...responses },
        formats: FORMATS,
        reporter: source,
        clock,
        deadline,
        onReadiness: (request, status) => events.emit("readiness", { request, status }),
        onFormatFailed: (format, failure) =>
          lines.formatFailed(format, describeFailure(failure).reason),
        warnOnce: lines.warnOnce,
        onPassed(request, path) {
          // A server of probes alone has readiness at the root; no request of it is the application's.
          if (lifecycle.started || readinessAtRoot || isScrape(path, request.header("user-agent")))
            return;
          lifecycle.startup.requestReceived();
        },
        onResponse({ probe, check }, status) {
          counts.countResponse(probe, status);
          response?.publish({ probe, check, status });
        },
        figures: internals.figures,
      }),
    beginStage: (stage) => signals.begin(stage),
    warnOfLongBodies(others = []) {
      const namesOf = (probe: Probe) => [
        ...engine.participants(probe).map(({ settings }) => settings.name),
        ...others,
      ];
      const { format } = http;
      // The body of a function is not known, and json of so few names of 64 characters is never long.
      const isMeasured = (of: ServiceFormat) =>
        typeof of === "string" && (of !== "json" || namesOf("deep").length > MAX_SHORT);
      // A format that cannot be loaded is logged by the first response.
      if (PROBES.some((probe) => isMeasured(serviceFormatOf(format, probe))))
        import("./http/measure-bodies.ts")
          .then(({ measureBodies }) => measureBodies(FORMATS, format, namesOf))
          .then(
            (warnings) => {
              for (const { text, checks } of warnings) log("warn", text, { checks });
            },
            () => {},
          );
    },
  };
  internals.warnOfLongBodies();
  let closed: Promise<void> | undefined;

  const handle = internals.handler();
  const health: Health & { readonly [INTERNALS]: HealthInternals } = {
    [INTERNALS]: internals,
    report: (probe, asked) => holdProcess(reportOf(reporter, probe, asked)),
    handle(request) {
      const response = handle(request);
      return response instanceof Promise ? holdProcess(response) : response;
    },
    addStartupTask: (name, task, taskOptions) => lifecycle.startup.add(name, task, taskOptions),
    markStarted: () => lifecycle.startup.markStarted(),
    whenReady(waitOptions) {
      const ready = holdProcess(whenReady(internals, waitOptions));
      // A rejection that no caller awaits must not end the process.
      ready.catch(() => {});
      return ready;
    },
    on(event, listener) {
      requireOption("on()", "event", event, EVENT_RULE);
      requireOption("on()", "listener", listener, FUNCTION);
      return events.on(event, listener);
    },
    signal(stage) {
      requireOption("signal()", "stage", stage, STAGE_RULE);
      return signals.of(stage);
    },
    drain() {
      lifecycle.drain();
      signals.begin("drain");
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };

  async function closeAll(): Promise<void> {
    engine.close();
    lifecycle.drain();
    signals.begin("close");
    await closeChecks(checks, { clock, deadline, log, describe: describeFailure });
  }
  return health;
}

/**
 * Reports a probe, or one check or group of it.
 *
 * @internal
 */
export async function reportOf(
  reporter: ReportSource,
  probe: Probe,
  options: ReportOptions = {},
): Promise<Report> {
  validateReportOptions(probe, options, reporter);
  const { check, exclude } = options;
  return (await reporter.refresh({ probe, check, exclude })).report();
}
