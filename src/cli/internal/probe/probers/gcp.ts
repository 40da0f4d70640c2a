import { TIMEOUT } from "../probe-failure.ts";
import { byStatus, type Prober } from "./prober.ts";

/**
 * A load balancer of Google Cloud: GET, 200 and nothing else, no redirects, no verification of certificates. From: Google
 * Cloud, health checks overview, success criteria.
 */
export const gcp: Prober = {
  schemes: ["http", "https", "tcp", "grpc"],
  settings: [],
  timeout: 5000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "GoogleHC/1.0" },
  redirects: "none",
  body: "whole",
  keep: 1024,
  verify: false,
  status: [[200, 200]],
  passed: "HEALTHY",
  conclude: byStatus("HEALTHY", "UNHEALTHY"),
  failed: ({ code }) => (code === TIMEOUT ? "TIMEOUT" : "UNHEALTHY"),
};
