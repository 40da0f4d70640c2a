import type { RunContext } from "../../src/contract/check.ts";
import type { HealthOptions } from "../../src/health.ts";
import type { Audited } from "./audits.ts";

/** The options of the health that is audited, and the switch of its check `database`. */
export function auditedOptions(): { options: HealthOptions; set: Audited["set"] } {
  const database = new SwitchedCheck();
  const options: HealthOptions = {
    checks: { database: database.run, cache: async () => "PONG" },
    maxAge: 0,
    timeout: 100,
    tokens: ["fedcba9876543210", "0123456789abcdef"],
    logger: false,
  };
  return { options, set: (state) => database.set(state) };
}

class SwitchedCheck {
  #state: Parameters<Audited["set"]>[0] = "up";

  set(state: Parameters<Audited["set"]>[0]): void {
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
