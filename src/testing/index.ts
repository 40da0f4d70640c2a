export { adapterAudits, type Mount, type Mounted } from "./adapter-audits.ts";
export type { Audit, AuditLevel, AuditResult } from "./audit.ts";
export { auditEndpoint, audits } from "./endpoint-audits.ts";
export type { EndpointOptions } from "./endpoint-options.ts";
export type { State } from "./endpoint-rules.ts";
export type {
  FakeCheck,
  FakeChecks,
  FakeGroup,
  FakeInput,
  FakeOutcome,
  FakeStatus,
} from "./fake-checks.ts";
export {
  type FakeClock,
  type FakeHealth,
  type FakeHealthOptions,
  fakeHealth,
} from "./fake-health.ts";
export {
  type AsymmetricMatcher,
  type CheckExpectation,
  type ExpectedCheck,
  type HealthMatchers,
  healthMatchers,
  type MatcherResult,
} from "./health-matchers.ts";
export { whenSettled } from "./when-settled.ts";
