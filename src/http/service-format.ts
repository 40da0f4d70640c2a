import {
  type DefaultFormat,
  FORMAT_NAMES,
  type FormatName,
  type ServiceFormat,
} from "../contract/format.ts";
import { nearestWords, oneOf, RECORD, type Rule } from "../contract/options.ts";
import { PROBES, type Probe } from "../contract/probe.ts";

/** The rule of the option `format`. */
export const FORMAT_RULE: Rule = {
  expected: `${oneOf(FORMAT_NAMES).expected}, a function, or an object of these by probe`,
  words: FORMAT_NAMES,
  hint: (value) =>
    RECORD.accepts(value) ? nearestWords(Object.keys(value as object), PROBES) : undefined,
  accepts: (value) =>
    isServiceFormat(value) ||
    (RECORD.accepts(value) &&
      Object.entries(value as object).every(
        ([probe, format]) =>
          PROBES.includes(probe as Probe) && (format === undefined || isServiceFormat(format)),
      )),
};

function isServiceFormat(value: unknown): value is ServiceFormat {
  return typeof value === "function" || FORMAT_NAMES.includes(value as FormatName);
}

/** Returns the format of a probe. */
export function serviceFormatOf(format: DefaultFormat = "json", probe: Probe): ServiceFormat {
  return typeof format === "object" ? (format[probe] ?? "json") : format;
}

/** Whether a function writes the responses of a probe. */
export function hasFormatFunction(format: DefaultFormat | undefined): boolean {
  return PROBES.some((probe) => typeof serviceFormatOf(format, probe) === "function");
}
