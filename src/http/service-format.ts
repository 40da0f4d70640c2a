import {
  type DefaultFormat,
  FORMAT_NAMES,
  type FormatName,
  type ServiceFormat,
} from "../contract/format.ts";
import type { Rule } from "../contract/options.ts";
import type { Probe } from "../contract/probe.ts";
import { byProbeRule } from "./by-probe-rule.ts";

/** The rule of the option `format`. */
export const FORMAT_RULE: Rule = byProbeRule(FORMAT_NAMES, isServiceFormat);

function isServiceFormat(value: unknown): value is ServiceFormat {
  return typeof value === "function" || FORMAT_NAMES.includes(value as FormatName);
}

/** Returns the format of a probe. */
export function serviceFormatOf(format: DefaultFormat = "json", probe: Probe): ServiceFormat {
  return typeof format === "object" ? (format[probe] ?? "json") : format;
}
