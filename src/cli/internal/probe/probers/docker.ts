import { byStatus, type Prober } from "./prober.ts";

/**
 * Docker with the command of its own documentation, `curl -f`: GET, every status below 400, no redirects, verified
 * certificates. From: Docker, Dockerfile reference, HEALTHCHECK; curl's manual, --fail.
 */
export const docker: Prober = {
  schemes: ["http", "https", "unix"],
  settings: ["method", "header"],
  timeout: 30_000,
  method: "GET",
  version: "1.1",
  headers: { "user-agent": "curl/8", accept: "*/*" },
  lenient: true,
  redirects: "none",
  body: "whole",
  keep: 4096,
  verify: true,
  status: [[100, 399]],
  passed: "healthy",
  conclude: byStatus("healthy", "unhealthy"),
  failed: () => "unhealthy",
};
