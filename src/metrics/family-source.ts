import type { Report } from "../contract/report.ts";
import type { HealthInternals } from "../health-internals.ts";
import { scrapeMaxAge } from "../http/scrape.ts";
import { type Family, familiesOf } from "../telemetry/families.ts";
import { kubernetesFamilies } from "./kubernetes-names.ts";

/** The sets of names that metrics can have. */
export const NAMES = ["hale", "kubernetes"] as const;

/** One set of names. */
export type Names = (typeof NAMES)[number];

/**
 * The source of the families of one health.
 *
 * @internal
 */
export interface FamilySource {
  /** Every family, without samples. */
  readonly families: readonly Family[];
  /** Collects every family, once for all callers of one turn; concurrent callers share the runs that it needs. */
  collect(): Promise<readonly Family[]>;
}

/** A report about nothing, for the names of the families. */
const NOTHING: Report = { probe: "deep", status: "up", phase: "starting", checks: [], tasks: [] };

/**
 * Makes the source of the families of a health.
 *
 * @internal
 */
export function familySource(parts: HealthInternals, names: Names): FamilySource {
  const { reporter, http, clock } = parts;
  const query = { probe: "deep", maxAge: scrapeMaxAge(http) } as const;
  const familiesIn = (report: Report) =>
    names === "kubernetes"
      ? kubernetesFamilies(report, parts)
      : familiesOf(report, "details", parts.figures());
  async function collect() {
    const lazy = reporter.reportIfFresh(query) ?? (await reporter.refresh(query));
    return familiesIn(lazy.report());
  }

  // A registry collects each of its metrics by itself, all in one turn.
  let ofTurn: ReturnType<typeof collect> | undefined;
  return {
    families: familiesIn(NOTHING).map((family) => ({ ...family, samples: [] })),
    collect() {
      if (ofTurn !== undefined) return ofTurn;
      clock.nextTurn(() => {
        ofTurn = undefined;
      });
      ofTurn = collect();
      return ofTurn;
    },
  };
}
