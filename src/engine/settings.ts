import type { Check, CheckOptions, Scope } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { isHop } from "../contract/hop.ts";
import { badOption } from "../contract/misuse.ts";
import {
  CHECK_OPTION_RULES,
  FUNCTION,
  oneOf,
  type Rule,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";

/** Milliseconds that a probe keeps for itself between the longest timeout and its deadline. */
const MARGIN = 100;

/** Milliseconds that a run may take when no option says otherwise. */
const DEFAULT_TIMEOUT = 500;

const SCOPE_RULE = oneOf(["process", "dependency"]);
const CLOSE_RULE: Rule = {
  ...FUNCTION,
  accepts: (value) => value === undefined || FUNCTION.accepts(value),
};

/** Every option of one check, resolved. Times are milliseconds. */
export interface CheckSettings {
  readonly name: string;
  /** The groups that it is in. */
  readonly groups: readonly string[];
  /** Whether it asks the health of another service. */
  readonly hop: boolean;
  readonly scope: Scope;
  readonly timeout: number;
  readonly maxAge: number;
  readonly interval: number | undefined;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  readonly critical: boolean;
  readonly shared: boolean;
  readonly probes: readonly Probe[];
  readonly restartAfter: number | undefined;
}

/** What the options of a check are resolved against. */
export interface SettingsContext {
  readonly defaults: CheckOptions;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  readonly groups?: readonly string[];
}

/**
 * Resolves every option of a check: its own, else the default of the service, else the default of
 * hale. What makes no sense together is refused.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`, `HALE_TIMEOUT_OVER_DEADLINE`,
 *   `HALE_DEPENDENCY_IN_LIVENESS`, `HALE_DEPENDENCY_IN_STARTUP`
 */
export function resolveSettings(
  name: string,
  check: Check,
  { defaults, deadline, groups = [] }: SettingsContext,
): CheckSettings {
  const owner = `the check "${name}"`;
  const { scope, run, close, options } = check;
  requireOption(owner, "scope", scope, SCOPE_RULE);
  requireOption(owner, "run", run, FUNCTION);
  requireOption(owner, "close", close, CLOSE_RULE);
  const own = withoutAbsent(options);
  validateOptions(owner, own, CHECK_OPTION_RULES);
  refuseOwnContradictions(owner, own, scope);
  const given = { ...inheritedBy(own, withoutAbsent(defaults)), ...own };
  const dependency = scope === "dependency";
  const settings: CheckSettings = {
    timeout: Math.min(DEFAULT_TIMEOUT, deadline - MARGIN),
    maxAge: 1000,
    interval: undefined,
    failureThreshold: 1,
    successThreshold: 1,
    critical: true,
    probes: defaultProbes(!dependency || given.restartAfter !== undefined),
    restartAfter: undefined,
    ...given,
    shared: dependency && given.shared === true,
    name,
    groups,
    hop: isHop(check),
    scope,
  };
  refuseContradictions(owner, settings, deadline);
  return settings;
}

/** A check's own `interval` or `maxAge` takes the place of the other's default. */
function inheritedBy(own: Given, defaults: Given): Given {
  const { interval, maxAge, ...others } = defaults;
  return {
    ...others,
    ...(own.maxAge === undefined && interval !== undefined && { interval }),
    ...(own.interval === undefined && maxAge !== undefined && { maxAge }),
  };
}

function refuseOwnContradictions(owner: string, own: Given, scope: Scope): void {
  if (own.shared === true && scope !== "dependency") {
    throw badOption(owner, "shared", "left out of a check of the process", "true");
  }
  if (own.interval !== undefined && own.maxAge !== undefined) {
    const expected = 'left out beside "interval", whose results are always reused';
    throw badOption(owner, "maxAge", expected, String(own.maxAge));
  }
  if (own.restartAfter !== undefined && own.critical === false) {
    throw badOption(owner, "critical", 'true, or left out, beside "restartAfter"', "false");
  }
}

function refuseContradictions(owner: string, settings: CheckSettings, deadline: number): void {
  const { name, probes, restartAfter, timeout, interval, scope } = settings;
  const max = deadline - MARGIN;
  if (interval === undefined && timeout > max) {
    const message = `The timeout of ${owner} is ${timeout} ms, over ${max}, the deadline less ${MARGIN}. Lower it, or give the check an "interval".`;
    throw new HaleError("HALE_TIMEOUT_OVER_DEADLINE", message);
  }
  if (scope === "dependency") {
    if (probes.includes("liveness") && restartAfter === undefined) {
      const message = `A restart does not mend the dependency of the check "${name}". Take "liveness" out of its probes, or give it "restartAfter".`;
      throw new HaleError("HALE_DEPENDENCY_IN_LIVENESS", message);
    }
    if (probes.includes("startup")) {
      const message = `A restart does not mend the dependency of the check "${name}". Take "startup" out of its probes.`;
      throw new HaleError("HALE_DEPENDENCY_IN_STARTUP", message);
    }
  }
  if (restartAfter !== undefined && !probes.includes("liveness")) {
    const expected = 'a list with "liveness" for "restartAfter"';
    throw badOption(owner, "probes", expected, `[${probes.join(", ")}]`);
  }
}

function defaultProbes(liveness: boolean): readonly Probe[] {
  return liveness ? ["liveness", "readiness", "deep"] : ["readiness", "deep"];
}

/** The options that were given. */
type Given = { readonly [O in keyof CheckOptions]?: NonNullable<CheckOptions[O]> };

function withoutAbsent(options: CheckOptions): Given {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
