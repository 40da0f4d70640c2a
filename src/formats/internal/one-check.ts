import type { Report } from "../../contract/report.ts";

/** Whether a report covers one check, instead of a probe or a group. */
export function isOfOneCheck({ check, checks }: Report): boolean {
  return check !== undefined && checks[0]?.name === check;
}
