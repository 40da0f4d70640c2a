import type { ChecksInput } from "./checks/resolve-checks.ts";
import type { CheckOptions } from "./contract/check.ts";
import type { Logger, NestLogger } from "./contract/logger.ts";
import {
  BOOLEAN,
  CHECK_OPTION_RULES,
  hasMethods,
  milliseconds,
  millisecondsOrZero,
  RECORD,
  type Rules,
  validateOptions,
} from "./contract/options.ts";
import { refuseContradictoryDefaults } from "./engine/settings.ts";
import { HTTP_RULES, type HttpOptions } from "./http/http-options.ts";

/** The options of `createHealth()`. Times are milliseconds. */
export interface HealthOptions {
  /**
   * The checks by name: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit. Each
   * is a client that hale recognises, a check, an async function, or a {@link group}.
   *
   * @default none
   */
  checks?: ChecksInput | undefined;
  /**
   * Milliseconds within which every probe receives a response. The default is below the kubelet's
   * `timeoutSeconds` of 1.
   *
   * @default 800
   */
  deadline?: number | undefined;
  /** The defaults of checks that do not set their own options. */
  defaults?: CheckDefaults | undefined;
  /** The paths of probes, and the exposure to callers. */
  http?: HttpOptions | undefined;
  /** The conditions of startup. */
  startup?: StartupOptions | undefined;
  /** The history, which the page shows. */
  history?: HistoryOptions | undefined;
  /**
   * The logger, which receives one line for each change of state; `false` disables it. Nest's `Logger`, which has
   * `log` in place of `info`, fits too.
   *
   * @default console
   */
  logger?: Logger | NestLogger | false | undefined;
}

/** The check options that may have a default for all checks. */
export type CheckDefaults = Omit<CheckOptions, "restartAfter">;

/** The conditions of startup. Times are milliseconds. */
export interface StartupOptions {
  /**
   * Whether startup waits for `markStarted()`, in place of the servers and in addition to the start-up tasks.
   *
   * @default false
   */
  manual?: boolean | undefined;
  /**
   * Milliseconds after which an unfinished start is logged, with what it waits for. Startup stays 503 until it
   * is done.
   *
   * @default 30000
   */
  deadline?: number | undefined;
}

/** The options of the history, which the page shows. Times are milliseconds. */
export interface HistoryOptions {
  /**
   * Milliseconds for which changes of state are kept in memory, 1,000 of each check at most; 0 keeps none. At
   * least 3600000 otherwise.
   *
   * @default 86400000
   */
  keep?: number | undefined;
}

const MIN_DEADLINE = 150;

const { restartAfter: _, ...DEFAULTS_RULES } = CHECK_OPTION_RULES;

const RULES: Rules<HealthOptions> = {
  checks: RECORD,
  deadline: milliseconds(MIN_DEADLINE),
  defaults: RECORD,
  http: RECORD,
  startup: RECORD,
  history: RECORD,
  logger: {
    expected: "a logger or false",
    accepts: (value) =>
      value === false ||
      (hasMethods(value, ["warn", "error"]) &&
        ["info", "log"].some((name) => hasMethods(value, [name]))),
  },
};

const STARTUP_RULES: Rules<StartupOptions> = { manual: BOOLEAN, deadline: milliseconds(100) };

const HISTORY_RULES: Rules<HistoryOptions> = { keep: millisecondsOrZero(3_600_000) };

const DAY = 86_400_000;

/**
 * The options of a health, valid and with their defaults.
 *
 * @internal
 */
export interface ResolvedHealthOptions {
  readonly deadline: number;
  readonly defaults: CheckDefaults;
  readonly http: HttpOptions;
  readonly startup: { readonly manual: boolean; readonly deadline: number };
  readonly history: { readonly keep: number };
}

/**
 * Validates the options of a health, except its checks, and applies the defaults.
 *
 * @throws a `HaleError` for an option that is misspelt, of the wrong type, out of range, or that contradicts another
 *
 * @internal
 */
export function resolveHealthOptions(options: HealthOptions): ResolvedHealthOptions {
  validateOptions("createHealth()", options, RULES, {
    http: HTTP_RULES,
    defaults: DEFAULTS_RULES,
    startup: STARTUP_RULES,
    history: HISTORY_RULES,
  });
  const { deadline = 800, defaults = {}, http = {}, startup = {}, history = {} } = options;
  validateOptions("defaults", defaults, DEFAULTS_RULES);
  refuseContradictoryDefaults(defaults, deadline);
  validateOptions("http", http, HTTP_RULES);
  validateOptions("startup", startup, STARTUP_RULES);
  validateOptions("history", history, HISTORY_RULES);
  return {
    deadline,
    defaults,
    http,
    startup: { manual: startup.manual ?? false, deadline: startup.deadline ?? 30_000 },
    history: { keep: history.keep ?? DAY },
  };
}
