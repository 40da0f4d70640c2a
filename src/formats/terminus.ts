import type { Exposure, LoadedFormat } from "../contract/format.ts";
import type { CheckReport, Report } from "../contract/report.ts";
import { byName } from "./internal/by-name.ts";
import { figuresOf, shownChecks, works } from "./internal/visible-checks.ts";

/** The JSON of @nestjs/terminus, for services that migrate from it. */
export const terminus: LoadedFormat = {
  name: "terminus",
  mediaType: "application/json; charset=utf-8",
  byNameAlone: true,
  write(report, exposure) {
    const checks = shownChecks(report, exposure);
    const indicators = (some: readonly CheckReport[]) =>
      byName(some, (check) => indicatorOf(check, exposure));
    return JSON.stringify({
      status: wordFor(report, exposure),
      info: indicators(checks.filter(works)),
      error: indicators(checks.filter((check) => !works(check))),
      details: indicators(checks),
    });
  },
};

function wordFor({ probe, check, status, phase }: Report, exposure: Exposure): string {
  if (status !== "down") return "ok";
  const stopping = probe === "readiness" && check === undefined && phase === "draining";
  return stopping && exposure === "details" ? "shutting_down" : "error";
}

function indicatorOf(check: CheckReport, exposure: Exposure): object {
  const status = works(check) ? "up" : "down";
  if (exposure !== "details") return { status };
  return { ...figuresOf(check), message: check.reason, status };
}
