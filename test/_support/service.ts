import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { attach } from "../../src/adapters/node.ts";
import type { ChangeEvent, Health } from "../../src/contract/health.ts";
import { createHealth, type HealthOptions } from "../../src/health.ts";
import { ask, type Reply } from "./ask.ts";
import { serve } from "./serve.ts";

/** A service with health endpoints that a test probes over real connections. */
export interface Service {
  readonly health: Health;
  probe(path: string): Promise<Reply>;
  /** Probes until the status is this, and fails when it never is. */
  becomes(path: string, status: number): Promise<void>;
  readonly changes: readonly ChangeEvent[];
  /** Why the check is as it is, of which no body tells. */
  reasonOf(check: string): Promise<string | undefined>;
}

/** Milliseconds within which a state must have been reached; a limit, not an expectation. */
const LIMIT = 30_000;

/**
 * Starts a service that ends with the test. Results are not reused, so that every probe asks anew, unless
 * the test says for how long they are.
 */
export async function startService(options: HealthOptions): Promise<Service> {
  const health = createHealth({
    logger: false,
    ...options,
    defaults: { maxAge: 0, ...options.defaults },
  });
  const changes: ChangeEvent[] = [];
  health.on("change", (event) => changes.push(event));
  const server = createServer((_, response) => response.end("the application"));
  attach(server, health);
  const { base, close } = await serve(server);
  onTestFinished(async () => {
    await health.close();
    await close();
  });
  const probe = (path: string) => ask(base, "GET", path);
  return {
    health,
    probe,
    changes,
    async becomes(path, status) {
      const end = performance.now() + LIMIT;
      for (let reply = await probe(path); reply.status !== status; reply = await probe(path)) {
        if (performance.now() > end) throw new Error(`${path} is ${reply.status}: ${reply.body}`);
      }
    },
    async reasonOf(check) {
      return (await health.report("deep", { check })).checks[0]?.reason;
    },
  };
}
