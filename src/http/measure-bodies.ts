import type { DefaultFormat, Format } from "../contract/format.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import { type LongBody, longBodyWarning } from "./body-size.ts";
import { serviceFormatOf } from "./service-format.ts";

/** The statuses, one of which has the longest word in each format. */
const STATUSES = ["up", "degraded", "down"] as const;

/**
 * Returns a warning for each probe whose longest body without details is over 10 KiB, in the format that the service has
 * chosen by its name. Json is measured by itself, and the body of a function cannot be.
 */
export async function measureBodies(
  formats: readonly Format[],
  chosen: DefaultFormat | undefined,
  namesOf: (probe: Probe) => readonly string[],
): Promise<readonly LongBody[]> {
  const warnings = PROBES.map(async (probe) => {
    const named = serviceFormatOf(chosen, probe);
    const format = formats.find(({ name }) => name === named && name !== "json");
    if (format === undefined) return [];
    const names = namesOf(probe);
    const written = await Promise.all(
      STATUSES.map((status) => format.write(reportOf(probe, names, status), "checks")),
    );
    const sizes = written.map((body) => (typeof body === "string" ? body : body.body).length);
    return longBodyWarning(probe, names.length, Math.max(...sizes));
  });
  return (await Promise.all(warnings)).flat();
}

/** Returns the report of a probe that fails, and whose checks all have one status. */
function reportOf(
  probe: Probe,
  names: readonly string[],
  status: (typeof STATUSES)[number],
): Report {
  const rest = { scope: "dependency", critical: true, shared: false, failing: true } as const;
  return {
    probe,
    status: "down",
    phase: "serving",
    checks: names.map((name) => ({ name, status, ...rest })),
    tasks: [],
  };
}
