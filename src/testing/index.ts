export { adapterAudits, type Mount, type Mounted } from "./adapter-audits.ts";
export type { Audit, AuditLevel, AuditResult } from "./audit.ts";
export { auditEndpoint, audits } from "./endpoint-audits.ts";
export type { EndpointOptions } from "./endpoint-options.ts";
export type { State } from "./endpoint-rules.ts";
