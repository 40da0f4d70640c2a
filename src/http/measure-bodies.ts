import type { DefaultFormat, Format } from "../contract/format.ts";
import { PROBES, type Probe } from "../contract/probe.ts";
import type { Report } from "../contract/report.ts";
import { serviceFormatOf } from "./service-format.ts";

/** Bytes of a body that every caller reads; the kubelet and some load balancers read no more. */
const MAX_BODY = 10_240;

/** The statuses, one of which has the longest word in each format. */
const STATUSES = ["up", "degraded", "down"] as const;

/** A warning, and the number of checks in the response that it is of. */
interface LongBody {
  readonly text: string;
  readonly checks: number;
}

/**
 * Returns a warning for each probe whose longest body without details is over 10 KiB, in the format that the service has
 * chosen by its name. The body of a function cannot be measured.
 */
export async function measureBodies(
  formats: readonly Format[],
  chosen: DefaultFormat | undefined,
  namesOf: (probe: Probe) => readonly string[],
): Promise<readonly LongBody[]> {
  const warnings = PROBES.map(async (probe) => {
    const named = serviceFormatOf(chosen, probe);
    const format = formats.find(({ name }) => name === named);
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

/** Returns the warning for a body of so many bytes; none up to 10 KiB. */
function longBodyWarning(probe: Probe, checks: number, bytes: number): readonly LongBody[] {
  if (bytes <= MAX_BODY) return [];
  const text = `${probe} response of ${checks} checks can reach ${bytes} bytes, over ${MAX_BODY}, the most that some callers read; register fewer checks, or shorten their names`;
  return [{ text, checks }];
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
