export { attach, type NodeServer } from "./adapters/node.ts";
export { type ClusterOptions, clusterHealth } from "./cluster/cluster-health.ts";
export type { ClusterRule } from "./cluster/cluster-rules.ts";
export { reportToPrimary } from "./cluster/report-to-primary.ts";
export type { GrpcAddress, HealthServer } from "./contract/health-server.ts";
export {
  type HaproxyAgentOptions,
  listenHaproxyAgent,
} from "./server/haproxy-agent.ts";
export {
  type GrpcListenOptions,
  type GrpcTlsOptions,
  type ListenOptions,
  listen,
  type Pem,
  type ProbeServer,
  type StalledOptions,
} from "./server/listen.ts";
export { gracefulShutdown, type Shutdown } from "./shutdown/graceful-shutdown.ts";
export type { Hook, Hooks } from "./shutdown/hooks.ts";
export type { DrainOptions, ShutdownOptions } from "./shutdown/shutdown-options.ts";
export type { ShutdownResult } from "./shutdown/shutdown-sequence.ts";
