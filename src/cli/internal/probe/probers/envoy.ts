import { byStatus, type Prober } from "./prober.ts";

const byRange = byStatus("healthy", "unhealthy");

/**
 * Envoy: GET, 200 alone unless `expected_statuses` says more, the whole response in time, and `x-envoy-degraded`.
 * From: Envoy's documentation, HTTP health checking; envoyproxy/envoy, source/extensions/health_checkers/http.
 */
export const envoy: Prober = {
  schemes: ["http", "https", "unix", "tcp", "grpc", "grpcs"],
  settings: ["method", "header", "expect-status"],
  // Envoy has no default; this is what its examples have.
  timeout: 1000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "Envoy/HC" },
  lenient: true,
  redirects: "none",
  body: "whole",
  keep: 1024,
  verify: false,
  status: [[200, 200]],
  passed: "healthy",
  conclude(reply, expected) {
    const conclusion = byRange(reply, expected);
    const isDegraded = conclusion.healthy && "x-envoy-degraded" in reply.headers;
    return isDegraded ? { healthy: true, verdict: "degraded" } : conclusion;
  },
  failed: () => "unhealthy",
};
