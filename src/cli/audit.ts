import { parseHttpUrl } from "./internal/audit/parse-http-url.ts";
import { defineCommand } from "./internal/command.ts";
import { OUTPUT_EXITS } from "./internal/lost-output.ts";

const FORMATS = ["text", "json", "sarif", "github"] as const;

/** Audits a health endpoint, of any make, by the rules of probers and of HTTP. */
export const audit = defineCommand({
  name: "audit",
  summary: "Audits a health endpoint, of any make: is it fit for production?",
  description: [
    "Sends a bounded number of requests to an endpoint that is up, 50 at a time at most, and reports which rules it breaks, why each matters, where it is from, and what each prober would conclude.",
    "Endpoints that are not on this machine are refused without --allow-remote. With --liveness, or both --liveness and --readiness, the audit also verifies that liveness does not follow readiness.",
  ],
  arguments: {
    name: "url",
    summary: "The endpoint, such as http://127.0.0.1:8001/health/ready.",
    max: 1,
  },
  flags: {
    readiness: {
      type: "text",
      hint: "url",
      parse: parseHttpUrl,
      summary: "The readiness endpoint, in place of the argument.",
    },
    liveness: {
      type: "text",
      hint: "url",
      parse: parseHttpUrl,
      summary: "The liveness endpoint of the same service.",
    },
    timeout: {
      type: "duration",
      default: "1s",
      min: 50,
      max: 600_000,
      summary: "How long a prober waits, by which p99 latency is judged.",
    },
    "idle-timeout": {
      type: "duration",
      default: "60s",
      min: 1000,
      max: 86_400_000,
      summary: "How long the balancer keeps an idle connection.",
    },
    "await-down": {
      type: "duration",
      min: 1000,
      summary:
        "Waits so long for you to break a dependency, and audits the endpoints once readiness fails.",
    },
    skip: {
      type: "text",
      hint: "id",
      repeatable: true,
      summary: "An audit to leave out.",
    },
    strict: { type: "switch", summary: "Fails for a broken SHOULD too." },
    "allow-remote": {
      type: "switch",
      summary: "Audits an endpoint that is not on this machine.",
    },
    format: {
      type: "choice",
      of: FORMATS,
      default: "text",
      summary: "How the report is written.",
    },
  },
  examples: [
    {
      command: "hale audit http://127.0.0.1:8001/health/ready",
      effect: "Audits one endpoint.",
    },
    {
      command:
        "hale audit --readiness http://127.0.0.1:8001/readyz --liveness http://127.0.0.1:8001/livez --await-down 60s",
      effect: "Audits both, then waits until you have stopped the database, and audits them again.",
    },
    {
      command: "hale audit http://127.0.0.1:8001/readyz --format sarif > audit.sarif",
      effect: "Writes a report for code scanning.",
    },
  ],
  exits: {
    0: "No MUST is broken; with --strict, no SHOULD either.",
    1: "A rule is broken, or nothing answered.",
    ...OUTPUT_EXITS,
  },
  async run(input, terminal) {
    const { runAudit } = await import("./internal/audit/run-audit.ts");
    return runAudit(input, terminal);
  },
});
