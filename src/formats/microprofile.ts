import type { Exposure, LoadedFormat } from "../contract/format.ts";
import type { CheckReport } from "../contract/report.ts";
import { figuresOf, shownChecks, works } from "./internal/visible-checks.ts";

/** The JSON of MicroProfile Health. */
export const microprofile: LoadedFormat = {
  name: "microprofile",
  mediaType: "application/json; charset=utf-8",
  byNameAlone: true,
  write: (report, exposure) =>
    JSON.stringify({
      status: report.status === "down" ? "DOWN" : "UP",
      checks: shownChecks(report, exposure).map((check) => checkOf(check, exposure)),
    }),
};

function checkOf(check: CheckReport, exposure: Exposure): object {
  const { name, reason } = check;
  const status = works(check) ? "UP" : "DOWN";
  if (exposure !== "details") return { name, status };
  return { name, status, data: { ...figuresOf(check), state: check.status, reason } };
}
