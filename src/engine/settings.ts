import type { Check, CheckOptions, Scope } from "../contract/check.ts";
import { HaleError } from "../contract/errors.ts";
import { badOption } from "../contract/misuse.ts";
import {
  CHECK_OPTION_RULES,
  FUNCTION,
  oneOf,
  requireOption,
  validateOptions,
} from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";

/** Milliseconds that a probe keeps for itself between the longest timeout and its deadline. */
const MARGIN = 100;

/** Milliseconds that a run may take when nothing else is said. */
const DEFAULT_TIMEOUT = 500;

const SCOPE_RULE = oneOf(["process", "dependency"]);

/** Every option of one check, decided. Times are milliseconds. */
export interface CheckSettings {
  readonly name: string;
  /** The groups that it is in. */
  readonly groups: readonly string[];
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

/**
 * Decides every option of a check: its own, else the default of the service, else the default of
 * hale. What makes no sense together is refused.
 */
export function resolveSettings(
  name: string,
  check: Check,
  defaults: CheckOptions,
  deadline: number,
  groups: readonly string[] = [],
): CheckSettings {
  const owner = `the check "${name}"`;
  const own = withoutAbsent(check.options);
  const { scope, run } = check;
  requireOption(owner, "scope", scope, SCOPE_RULE);
  requireOption(owner, "run", run, FUNCTION);
  validateOptions(owner, own, CHECK_OPTION_RULES);
  const given = { ...withoutAbsent(defaults), ...own };
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
    probes: defaultProbes(!dependency || given.restartAfter !== undefined),
    restartAfter: undefined,
    ...given,
    shared: dependency && given.shared === true,
    name,
    groups,
    scope,
  };
  refuseContradictions(settings, deadline, own);
  return settings;
}

function refuseContradictions(settings: CheckSettings, deadline: number, own: Given): void {
  const { name, probes, restartAfter, timeout, interval } = settings;
  const owner = `the check "${name}"`;
  const most = deadline - MARGIN;
  if (interval === undefined && timeout > most) {
    const message = `The timeout of ${owner} is ${timeout} ms, over ${most}, the deadline less ${MARGIN}. Lower it, or give the check an "interval".`;
    throw new HaleError("HALE_TIMEOUT_OVER_DEADLINE", message);
  }
  if (settings.scope === "dependency") {
    if (probes.includes("liveness") && restartAfter === undefined) {
      const message = `A restart does not mend the dependency of the check "${name}". Take "liveness" out of its probes, or give it "restartAfter".`;
      throw new HaleError("HALE_DEPENDENCY_IN_LIVENESS", message);
    }
    if (probes.includes("startup")) {
      const message = `A restart does not mend the dependency of the check "${name}". Take "startup" out of its probes.`;
      throw new HaleError("HALE_DEPENDENCY_IN_STARTUP", message);
    }
  }
  if (own.restartAfter !== undefined && !probes.includes("liveness")) {
    throw badOption(
      owner,
      "probes",
      'a list with "liveness" for "restartAfter"',
      `[${probes.join(", ")}]`,
    );
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
