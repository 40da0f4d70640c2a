/** What every health needs soon, and none at the moment in which it is made: one load for all of it. */

export { outcomeOf as read } from "./engine/outcome.ts";
export { closeChecks } from "./lifecycle/close-checks.ts";
export { whenReady } from "./lifecycle/when-ready.ts";
export { reasonOf as explain } from "./report/reason.ts";
export { validateReportOptions } from "./report/validate-report-options.ts";
export { createTransitionLog } from "./telemetry/transition-log.ts";
