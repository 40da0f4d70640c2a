import { Writable } from "node:stream";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import type { Logger } from "../../src/contract/logger.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { createTransitionLog, type TransitionLog } from "../../src/telemetry/transition-log.ts";
import { compose } from "../_support/compose.ts";
import { unhandledRejections } from "../_support/unhandled.ts";

/** The sentences of the log, through a logger of the service's. */
const logOf = (logger: Logger | false) => createTransitionLog(createLog(logger));

type Line = readonly [level: string, ...args: unknown[]];

/** A logger as `console` is: it writes whatever it is given. */
function consoleLike() {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (...args: unknown[]) => {
      lines.push([level, ...args]);
    };
  return { lines, logger: { info: write("info"), warn: write("warn"), error: write("error") } };
}

/** A logger as winston's is: its methods need their `this`, and give it back. */
class WinstonLike {
  readonly lines: Line[] = [];

  info(...args: unknown[]): this {
    return this.#write("info", args);
  }

  warn(...args: unknown[]): this {
    return this.#write("warn", args);
  }

  error(...args: unknown[]): this {
    return this.#write("error", args);
  }

  #write(level: string, args: readonly unknown[]): this {
    this.lines.push([level, ...args]);
    return this;
  }
}

/** Real pino, and the lines that it has written. */
function realPino() {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split("\n")) lines.push(JSON.parse(line));
      done();
    },
  });
  return { lines, logger: pino({ base: null, timestamp: false, messageKey: "msg" }, stream) };
}

/** What is told, and the line that it becomes. */
const EVENTS: readonly (readonly [string, (log: TransitionLog) => void, Line])[] = [
  [
    "a check that comes up",
    (log) => log.change({ check: "db", from: "down", to: "up" }),
    ["info", "hale: check db is up, was down"],
  ],
  [
    "a check that comes up and says something",
    (log) => log.change({ check: "db", from: "unknown", to: "up", reason: "it is fast" }),
    ["info", "hale: check db is up, was unknown"],
  ],
  [
    "a check that is degraded",
    (log) => log.change({ check: "db", from: "up", to: "degraded", reason: "it is slow" }),
    ["warn", "hale: check db is degraded, was up: it is slow"],
  ],
  [
    "a check that goes down",
    (log) => log.change({ check: "db", from: "up", to: "down", reason: "read ECONNRESET" }),
    ["warn", "hale: check db is down, was up: read ECONNRESET"],
  ],
  [
    "a check that goes down without a reason",
    (log) => log.change({ check: "db", from: "up", to: "down" }),
    ["warn", "hale: check db is down, was up"],
  ],
  [
    "a check that is not known any more",
    (log) => log.change({ check: "db", from: "up", to: "unknown", reason: "too old" }),
    ["warn", "hale: check db is unknown, was up: too old"],
  ],
  [
    "a service that serves",
    (log) => log.phase({ from: "starting", to: "serving" }),
    ["info", "hale: service is serving, was starting"],
  ],
  [
    "a service that drains",
    (log) => log.phase({ from: "serving", to: "draining" }),
    ["info", "hale: service is draining, was serving"],
  ],
  [
    "a start-up task that fails",
    (log) => log.taskFailed({ name: "warm", status: "failed", reason: "no cache" }, undefined),
    ["error", 'hale: start-up task "warm" failed: no cache; startup stays 503 until a restart'],
  ],
  [
    "a start-up task that is tried again",
    (log) => log.taskFailed({ name: "warm", status: "pending", reason: "no cache" }, 4000),
    ["error", 'hale: start-up task "warm" failed: no cache; next attempt in 4 s'],
  ],
  [
    "a listener that fails",
    (log) => log.listenerFailed("change", "no"),
    ["error", 'hale: "change" listener failed: no'],
  ],
];

describe("a logger like console gets one line, and nothing but the line, of", () => {
  test.each(EVENTS)("%s", (_, tell, line) => {
    const { lines, logger } = consoleLike();
    tell(logOf(logger));
    expect(lines).toEqual([line]);
  });
});

describe("a logger like winston gets one line, and nothing but the line, of", () => {
  test.each(EVENTS)("%s", (_, tell, line) => {
    const logger = new WinstonLike();
    tell(logOf(logger));
    expect(logger.lines).toEqual([line]);
  });
});

describe("pino gets one line, with the level and the message, of", () => {
  const levels = { info: 30, warn: 40, error: 50 } as const;

  test.each(EVENTS)("%s", (_, tell, [level, msg]) => {
    const { lines, logger } = realPino();
    tell(logOf(logger));
    expect(lines).toEqual([
      { level: levels[level as keyof typeof levels], msg, hale: expect.any(Object) },
    ]);
  });
});

describe("pino gets the fields of", () => {
  test("a change", () => {
    const { lines, logger } = realPino();
    const log = logOf(logger);
    const [reason, code] = ["read ECONNRESET", "ECONNRESET"];
    log.change({ check: "db", from: "up", to: "down", reason, code });
    log.change({ check: "db", from: "down", to: "up" });
    expect(lines.map(({ hale }) => hale)).toEqual([
      { check: "db", from: "up", to: "down", reason, code },
      { check: "db", from: "down", to: "up" },
    ]);
  });

  test("a phase", () => {
    const { lines, logger } = realPino();
    logOf(logger).phase({ from: "starting", to: "serving" });
    expect(lines.map(({ hale }) => hale)).toEqual([{ from: "starting", to: "serving" }]);
  });

  test("a task", () => {
    const { lines, logger } = realPino();
    logOf(logger).taskFailed({ name: "warm", status: "failed", reason: "no cache" }, undefined);
    expect(lines.map(({ hale }) => hale)).toEqual([{ task: "warm", reason: "no cache" }]);
  });

  test("a change through a child logger", () => {
    const { lines, logger } = realPino();
    const child = logger.child({ module: "health" });
    logOf(child).phase({ from: "starting", to: "serving" });
    expect(lines).toMatchObject([{ module: "health", hale: { to: "serving" } }]);
  });
});

test("a listener that fails is logged once, and one of another event once more", () => {
  const { lines, logger } = consoleLike();
  const log = logOf(logger);
  for (const reason of ["no", "no", "never"]) log.listenerFailed("change", reason);
  log.listenerFailed("phase", "no");
  expect(lines).toEqual([
    ["error", 'hale: "change" listener failed: no'],
    ["error", 'hale: "phase" listener failed: no'],
  ]);
});

test.each(["\n", "\r\n", "\u2028", "\u0085", "\u001b[2K", "\0"])(
  "the name of a task with %j in it makes one line",
  async (sign) => {
    const { clock, health, lines } = compose({ startup: { deadline: 100 } });
    const refuse = () => Promise.reject(new Error("no"));
    health.addStartupTask(`warm${sign}the cache`, refuse);
    await clock.advance(100);
    expect(lines.map(([level]) => level)).toEqual(["error", "warn"]);
    for (const [, line] of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    await health.close();
  },
);

test("a message with a percent sign is not taken for a format", () => {
  const { lines, logger } = realPino();
  const reason = "the disk is 95 %d full, 5 %s, 100%";
  logOf(logger).change({ check: "disk", from: "up", to: "down", reason });
  expect(lines).toMatchObject([{ msg: `hale: check disk is down, was up: ${reason}` }]);
});

test("a logger that does not write a level gets it all the same, and leaves it out", () => {
  const { lines, logger } = realPino();
  logger.level = "warn";
  const log = logOf(logger);
  log.phase({ from: "starting", to: "serving" });
  log.change({ check: "db", from: "up", to: "down" });
  expect(lines).toMatchObject([{ level: 40 }]);
});

test("false is silence", () => {
  const log = logOf(false);
  for (const [, tell] of EVENTS) expect(tell(log)).toBeUndefined();
});

describe("a logger that fails breaks nothing when it", () => {
  const throws = () => {
    throw new Error("no");
  };
  const method = (call: () => unknown) => ({ info: call, warn: call, error: call }) as Logger;

  test.each<[string, Logger]>([
    ["throws", method(throws)],
    ["returns a promise that is rejected", method(() => Promise.reject(new Error("no")))],
    ["has lost its methods", {} as Logger],
    ["throws when it is asked for one", new Proxy({} as Logger, { get: throws })],
    [
      "throws when it is looked at",
      new Proxy(
        method(() => {}),
        { has: throws },
      ),
    ],
  ])("%s", async (_, logger) => {
    const log = logOf(logger);
    const reasons = await unhandledRejections(() => {
      for (const [, tell] of EVENTS) tell(log);
    });
    expect(reasons).toEqual([]);
  });
});

test("an event, a format and a code of the same name are logged once each", () => {
  const { lines, logger } = consoleLike();
  const log = logOf(logger);
  for (let round = 0; round < 2; round++) {
    log.listenerFailed("HALE_FORMAT_SLOW", "no");
    log.formatFailed("HALE_FORMAT_SLOW", "no");
    log.warnOnce("slow", { code: "HALE_FORMAT_SLOW" });
  }
  expect(lines.map(([level, line]) => [level, String(line).slice(0, 32)])).toEqual([
    ["error", 'hale: "HALE_FORMAT_SLOW" listene'],
    ["error", "hale: format HALE_FORMAT_SLOW fa"],
    ["warn", "hale: slow"],
  ]);
});

test("from the drain on, a check that goes down is no warning, and its line says why", () => {
  const { lines, logger } = consoleLike();
  const log = logOf(logger);
  log.change({ check: "broker", from: "up", to: "down", reason: "no consumer" });
  log.phase({ from: "starting", to: "serving" });
  log.change({ check: "broker", from: "up", to: "down", reason: "no consumer" });
  log.phase({ from: "serving", to: "draining" });
  log.change({ check: "broker", from: "up", to: "down", reason: "no consumer" });
  log.change({ check: "broker", from: "down", to: "up" });
  expect(lines.filter(([, line]) => String(line).includes("check"))).toEqual([
    ["warn", "hale: check broker is down, was up: no consumer"],
    ["warn", "hale: check broker is down, was up: no consumer"],
    ["info", "hale: check broker is down, was up, while draining: no consumer"],
    ["info", "hale: check broker is up, was down, while draining"],
  ]);
});
