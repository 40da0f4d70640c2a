import { TIMEOUT } from "../probe-failure.ts";
import { byStatus, type Prober } from "./prober.ts";

/**
 * An Application Load Balancer of AWS: GET, 200 unless the matcher says more, no redirects, no verification of
 * certificates; the words are its reason codes. From: AWS, health checks for Application Load Balancer target groups.
 */
export const alb: Prober = {
  schemes: ["http", "https"],
  settings: ["expect-status"],
  timeout: 5000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "ELB-HealthChecker/2.0" },
  redirects: "none",
  body: "whole",
  keep: 1024,
  verify: false,
  status: [[200, 200]],
  passed: "healthy",
  conclude: byStatus("healthy", "Target.ResponseCodeMismatch"),
  failed: ({ code }) => (code === TIMEOUT ? "Target.Timeout" : "Target.FailedHealthChecks"),
};
