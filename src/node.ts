export { attach, type NodeServer } from "./adapters/node.ts";
export type { ClusterRule } from "./lifecycle/cluster-rules.ts";
export type { ShutdownResult } from "./lifecycle/course.ts";
export { gracefulShutdown, type Shutdown } from "./lifecycle/graceful-shutdown.ts";
export type { Hook, Hooks } from "./lifecycle/hooks.ts";
export { reportToPrimary } from "./lifecycle/report-to-primary.ts";
export type { DrainOptions, ShutdownOptions } from "./lifecycle/shutdown-options.ts";
export { type AgentCheckOptions, type AgentListening, agentCheck } from "./server/agent-check.ts";
export { type ClusterOptions, clusterHealth } from "./server/cluster-health.ts";
export {
  type Listening,
  type ListenOptions,
  listen,
  type StalledOptions,
} from "./server/listen.ts";
