export type { CheckInput, GroupInput } from "./checks/_resolve.ts";
export {
  type Check,
  type CheckDefinition,
  type CheckOptions,
  defineCheck,
  type Observation,
  type Outcome,
  type OutcomeStatus,
  type Run,
  type RunContext,
  type Scope,
  type Status,
} from "./contract/check.ts";
export { HaleError, type HaleErrorCode } from "./contract/errors.ts";
export type { Expose, ExposeRule, Exposure } from "./contract/format.ts";
export type {
  ChangeEvent,
  Health,
  HealthEvents,
  PhaseEvent,
  ReportOptions,
  StartingContext,
  StartingOptions,
  StartingTask,
} from "./contract/health.ts";
export type { HealthRequest, HealthResponse } from "./contract/http.ts";
export type { Logger } from "./contract/logger.ts";
export type { Paths } from "./contract/paths.ts";
export type { Phase, Probe } from "./contract/probe.ts";
export type { CheckReport, Report, TaskReport } from "./contract/report.ts";
export { createHealth, type HealthOptions } from "./health.ts";
