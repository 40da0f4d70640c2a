import type { RunContext } from "../contract/check.ts";
import type { HealthOptions } from "../health.ts";
import type { AuditedState } from "./adapter-rules.ts";

/** Makes the options of the health for an adapter's audits, and the switch of its check `database`. */
export function auditedOptions(): { options: HealthOptions; set(state: AuditedState): void } {
  const database = new SwitchedCheck();
  const options: HealthOptions = {
    checks: { database: database.run, cache: async () => "PONG" },
    logger: false,
    defaults: { maxAge: 0, timeout: 100 },
    http: { tokens: ["fedcba9876543210", "0123456789abcdef"] },
  };
  return { options, set: (state) => database.set(state) };
}

class SwitchedCheck {
  #state: AuditedState = "up";

  set(state: AuditedState): void {
    this.#state = state;
  }

  readonly run = async ({ signal }: RunContext): Promise<void> => {
    if (this.#state === "down") throw new Error("connection refused");
    if (this.#state === "hanging") {
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    }
  };
}
