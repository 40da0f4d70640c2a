import type { Expose } from "../../contract/format.ts";
import type { Report } from "../../contract/report.ts";
import { exposedToAll } from "../../http/access.ts";

/** Characters of a reason at most; HAProxy shows them in its statistics. */
const MAX_REASON = 120;

/**
 * The line of an agent of HAProxy for a report of readiness. Only an agent takes back what it has
 * said, so one that is up says all of it: `up` after `down`, `ready` after `drain`, and the weight.
 */
export function haproxyAgentReply(report: Report, expose: Expose = "checks", weight = 50): string {
  if (report.phase === "draining") return "drain\n";
  // Without a space before the sharp, HAProxy knows the word no more, and leaves the server up.
  if (report.status === "down") return `down #${reasonOf(report, expose)}\n`;
  return `up ready ${report.status === "degraded" ? weight : 100}%\n`;
}

/** Writes the cause of down: the phase, or the names of the checks that fail where every caller may see those. */
function reasonOf({ phase, checks }: Report, expose: Expose): string {
  if (phase === "starting") return "starting";
  // A function judges requests, and this is none.
  const names = exposedToAll(expose, "readiness") === "status" ? [] : checks;
  const failing = names.filter((check) => check.failing).map(({ name }) => name);
  return (failing.length === 0 ? "failing" : `failing: ${failing.join(", ")}`).slice(0, MAX_REASON);
}
