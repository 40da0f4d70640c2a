import type { CheckReport, Report, TaskReport } from "../../contract/report.ts";

/** The parts of a check, or of a group, that a message describes. */
export type DescribedCheck = Pick<CheckReport, "name" | "status" | "reason" | "code">;

/** Describes a report for the message of an assertion: the verdict, the phase, and each check. */
export function describeReport({ probe, status, phase, checks, tasks }: Report): string {
  const lines = [
    `${probe} is ${status}; the service is ${phase}`,
    ...checks.map(describeCheck),
    ...tasks.map(describeTask),
  ];
  return lines.join("\n  ");
}

/** Describes one check: its name, status, reason and code. */
export function describeCheck({ name, status, reason, code }: DescribedCheck): string {
  const why = [code, reason].filter((text) => text !== undefined).join(": ");
  return why === "" ? `${name} is ${status}` : `${name} is ${status} (${why})`;
}

function describeTask({ name, status, reason }: TaskReport): string {
  return `start-up task "${name}" is ${status}${reason === undefined ? "" : ` (${reason})`}`;
}
