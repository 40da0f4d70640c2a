import { byStatus, type Prober } from "./prober.ts";

const byRange = byStatus("passing", "critical");

/**
 * Consul's agent: GET, every 2xx, 429 as a warning, redirects followed to any host, verified certificates, 4 KiB of the
 * body kept. From: Consul, health check configuration reference; hashicorp/consul, agent/checks/check.go.
 */
export const consul: Prober = {
  schemes: ["http", "https", "tcp", "grpc", "grpcs"],
  settings: ["method", "header"],
  timeout: 10_000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "Consul Health Check", accept: "text/plain, text/*, */*" },
  lenient: true,
  redirects: "any-host",
  body: "whole",
  keep: 4096,
  verify: true,
  status: [[200, 299]],
  passed: "passing",
  conclude: (reply, expected) =>
    reply.status === 429 ? { healthy: true, verdict: "warning" } : byRange(reply, expected),
  failed: () => "critical",
};
