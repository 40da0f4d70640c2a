export type { CheckGroup, CheckInput, ChecksInput } from "./checks/resolve-checks.ts";
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
export { CheckFailure, HaleError, type HaleErrorCode, type ReasonCode } from "./contract/errors.ts";
export type {
  DefaultFormat,
  Expose,
  ExposeRule,
  Exposure,
  FormatFunction,
  FormatName,
  FormattedResponse,
  ServiceFormat,
} from "./contract/format.ts";
export { type Group, group } from "./contract/group.ts";
export type {
  ChangeEvent,
  Health,
  HealthEvents,
  PhaseEvent,
  ReportOptions,
  ShutdownStage,
  StartupTask,
  StartupTaskContext,
  StartupTaskOptions,
  WhenReadyOptions,
} from "./contract/health.ts";
export type { HealthRequest, HealthResponse } from "./contract/http.ts";
export type { Logger, NestLogger } from "./contract/logger.ts";
export type { Paths } from "./contract/paths.ts";
export type { Phase, Probe } from "./contract/probe.ts";
export type { CheckReport, Report, TaskReport } from "./contract/report.ts";
export {
  type CheckDefaults,
  createHealth,
  type HealthOptions,
  type HistoryOptions,
  type StartupOptions,
} from "./health.ts";
export type { HttpOptions } from "./http/http-options.ts";
