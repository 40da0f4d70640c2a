import type { Exposure, FormatQuery, WrittenBody } from "../../contract/format.ts";
import type { CheckHistory, History } from "../../contract/history.ts";
import type { CheckReport, Report } from "../../contract/report.ts";
import { entityTag } from "./entity-tag.ts";
import { closedMinutes } from "./page/closed-minutes.ts";
import { isoOf } from "./page/elements.ts";
import { wordFor } from "./page/words.ts";
import { shownChecks } from "./visible-checks.ts";

const NONE: Pick<History, "now" | "checks"> = { now: 0, checks: new Map() };

/** Writes the data of the page, as docs/formats/history.schema.json describes it. */
export async function writeHistory(
  report: Report,
  exposure: Exposure,
  query: FormatQuery | undefined,
): Promise<WrittenBody> {
  const detailed = exposure === "details";
  const history = detailed ? await query?.history?.() : undefined;
  const checks = shownChecks(report, exposure).map((check) => [
    check.name,
    {
      status: wordFor(check.status, exposure),
      ...(detailed ? detailsOf(check, history?.checks.get(check.name), history ?? NONE) : {}),
    },
  ]);
  const body = JSON.stringify({
    probe: report.probe,
    check: report.check,
    status: wordFor(report.status, exposure),
    ...(detailed ? { phase: report.phase, keep: history?.keep } : {}),
    ...(exposure === "status" ? {} : { checks: Object.fromEntries(checks) }),
  });
  return { body, headers: { ETag: await entityTag(body) } };
}

/** Changes that a body lists at most, of all checks together; the latest of each count. */
const MAX_CHANGES = 5000;

function detailsOf(
  { reason, code, critical, shared }: CheckReport,
  past: CheckHistory | undefined,
  { now, checks }: Pick<History, "now" | "checks">,
) {
  const listed = Math.floor(MAX_CHANGES / Math.max(checks.size, 1));
  const last = past?.entries.at(-1);
  return {
    reason,
    code,
    critical,
    shared,
    since: last && isoOf(last.at),
    changes: past?.entries.slice(-listed).map(({ at, status, ...why }) => ({
      at: isoOf(at),
      status: wordFor(status, "details"),
      ...why,
    })),
    latency:
      past &&
      closedMinutes(past.latency, now).map(({ at, runs, mean, max }) => ({
        at: isoOf(at),
        runs,
        mean: Number(mean.toPrecision(3)),
        max: Number(max.toPrecision(3)),
      })),
  };
}
