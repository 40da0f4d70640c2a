import { HaleError } from "../contract/errors.ts";
import type { ReportOptions } from "../contract/health.ts";
import { quoted } from "../contract/misuse.ts";
import { oneOf, type Rules, requireOption, validateOptions } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import type { ReportSource } from "./reporter.ts";

const PROBE_RULE = oneOf(PROBES);

const RULES: Rules<ReportOptions> = {
  check: { expected: "the name of a check", accepts: (value) => typeof value === "string" },
  exclude: {
    expected: "a list of strings",
    accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  },
};

/**
 * Refuses invalid arguments of `report()`.
 *
 * @throws `HALE_BAD_OPTION`, `HALE_UNKNOWN_OPTION`, `HALE_UNKNOWN_CHECK`
 */
export function validateReportOptions(
  probe: Probe,
  options: ReportOptions,
  reporter: Pick<ReportSource, "has">,
): void {
  requireOption("report()", "probe", probe, PROBE_RULE);
  validateOptions("report()", options, RULES);
  const { check } = options;
  if (check !== undefined && !reporter.has(probe, check)) {
    const message = `No check named ${quoted(check)} takes part in ${probe}. Name a check that does, or leave "check" out.`;
    throw new HaleError("HALE_UNKNOWN_CHECK", message);
  }
}
