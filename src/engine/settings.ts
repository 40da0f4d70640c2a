import {
  type Check,
  type CheckOptions,
  type Scope,
  validateDefinition,
} from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { isHop } from "../contract/hop.ts";
import { badOption } from "../contract/misuse.ts";
import type { Probe } from "../contract/probe.ts";

/** Milliseconds between the maximum timeout and the deadline of a probe. */
const MARGIN = 100;

/** The default timeout of a run, in milliseconds. */
const DEFAULT_TIMEOUT = 500;

/** The probes in which a check takes part by default, besides liveness. */
const DEFAULT_PROBES: readonly Probe[] = ["readiness", "deep"];

/** Every option of one check, resolved. Times are milliseconds. */
export interface CheckSettings {
  readonly name: string;
  /** The groups of the check. */
  readonly groups: readonly string[];
  /** Whether the check calls the health of another service. */
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

/** The context in which the options of a check are resolved. */
export interface SettingsContext {
  readonly defaults: CheckOptions;
  /** Milliseconds within which every probe is answered. */
  readonly deadline: number;
  readonly groups?: readonly string[] | undefined;
}

/**
 * Resolves every option of a check: its own value, else the service's default, else hale's default.
 * Refuses options that contradict each other.
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
  // A copy of a check may have been changed since.
  validateDefinition(owner, { scope, run, close, ...options });
  const own = withoutAbsent(options);
  refuseMaxAgeBesideInterval(owner, own.interval, own.maxAge);
  const given = { ...inheritedBy(own, withoutAbsent(defaults)), ...own };
  const dependency = scope === "dependency";
  if (own.shared === true && !dependency) {
    throw badOption(owner, "shared", "left out of a check of the process", "true");
  }
  const settings: CheckSettings = {
    timeout: Math.min(DEFAULT_TIMEOUT, deadline - MARGIN),
    maxAge: 1000,
    interval: undefined,
    failureThreshold: 1,
    successThreshold: 1,
    critical: true,
    probes:
      dependency && given.restartAfter === undefined
        ? DEFAULT_PROBES
        : ["liveness", ...DEFAULT_PROBES],
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

/** Selects the inherited defaults: a check's own `interval` replaces the default `maxAge`, and vice versa. */
function inheritedBy(own: Given, defaults: Given): Given {
  const { interval, maxAge, ...others } = defaults;
  return {
    ...others,
    ...(own.maxAge === undefined && interval !== undefined && { interval }),
    ...(own.interval === undefined && maxAge !== undefined && { maxAge }),
  };
}

/**
 * Refuses defaults that contradict each other, or the deadline.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_TIMEOUT_OVER_DEADLINE`
 */
export function refuseContradictoryDefaults(defaults: CheckOptions, deadline: number): void {
  const { timeout = 0, interval, maxAge } = defaults;
  refuseMaxAgeBesideInterval("defaults", interval, maxAge);
  refuseLateTimeout("defaults", { timeout, interval }, deadline);
}

function refuseMaxAgeBesideInterval(owner: string, interval?: number, maxAge?: number): void {
  if (interval === undefined || maxAge === undefined) return;
  const expected = 'left out beside "interval"';
  throw badOption(owner, "maxAge", expected, String(maxAge));
}

function refuseLateTimeout(
  owner: string,
  { timeout, interval }: Pick<CheckSettings, "timeout" | "interval">,
  deadline: number,
): void {
  const max = deadline - MARGIN;
  if (interval !== undefined || timeout <= max) return;
  const message = `The timeout of ${owner} is ${timeout} ms, over its maximum of ${max} ms: the deadline less ${MARGIN} ms. Lower it, or set an "interval".`;
  throw new HaleError("HALE_TIMEOUT_OVER_DEADLINE", message);
}

function refuseContradictions(owner: string, settings: CheckSettings, deadline: number): void {
  const { name, probes, restartAfter, scope, critical } = settings;
  if (restartAfter !== undefined && !critical) {
    throw badOption(owner, "critical", 'true, or left out, beside "restartAfter"', "false");
  }
  refuseLateTimeout(owner, settings, deadline);
  const refusal = (probe: Probe, more: string) =>
    `The check "${name}" of a dependency cannot take part in ${probe}, because a restart does not repair a dependency. Remove "${probe}" from its probes${more}.`;
  if (scope === "dependency") {
    if (probes.includes("liveness") && restartAfter === undefined) {
      const message = refusal("liveness", ', or set "restartAfter"');
      throw new HaleError("HALE_DEPENDENCY_IN_LIVENESS", message);
    }
    if (probes.includes("startup")) {
      throw new HaleError("HALE_DEPENDENCY_IN_STARTUP", refusal("startup", ""));
    }
  }
  if (restartAfter !== undefined && !probes.includes("liveness")) {
    const expected = 'a list with "liveness" for "restartAfter"';
    throw badOption(owner, "probes", expected, `[${probes.join(", ")}]`);
  }
}

/** The options that are set. */
type Given = { readonly [O in keyof CheckOptions]?: NonNullable<CheckOptions[O]> };

function withoutAbsent(options: CheckOptions): Given {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
