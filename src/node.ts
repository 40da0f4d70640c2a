export { attach, type NodeServer } from "./adapters/node.ts";
export type { ClusterRule } from "./lifecycle/cluster-rules.ts";
export { reportToPrimary } from "./lifecycle/report-to-primary.ts";
export { type ClusterOptions, clusterHealth } from "./server/cluster-health.ts";
export { type Listening, type ListenOptions, listen } from "./server/listen.ts";
