import { afterEach, describe, test } from "vitest";
import type { RunContext } from "../../src/contract/check.ts";
import type { Health } from "../../src/contract/health.ts";
import { createHealth } from "../../src/health.ts";
import { ask, askRaw } from "../_support/ask.ts";
import { AUDITS, type Audited } from "./audits.ts";

/** A server that listens on a free port of 127.0.0.1. */
export interface Mounted {
  /** Where it listens, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  close(): Promise<unknown>;
}

/**
 * Mounts a health in front of an application that answers every request with
 * `the application: <path>` and tells `saw` its path.
 */
export type Mount = (health: Health, saw: (path: string) => void) => Promise<Mounted>;

/** Checks one way in against every audit, each on a real server of its own. */
export function adapterContract(name: string, mount: Mount): void {
  describe(name, () => {
    const open: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of open.splice(0)) await close();
    });

    test.for(AUDITS)("$rule", async ({ check }) => {
      const database = new SwitchedCheck();
      const health = createHealth({
        checks: { database: database.run, cache: async () => "PONG" },
        maxAge: 0,
        timeout: 100,
        tokens: ["fedcba9876543210", "0123456789abcdef"],
        logger: false,
      });
      const seen: string[] = [];
      const { base, close } = await mount(health, (path) => seen.push(path));
      open.push(() => health.close(), close);
      await check({
        ask: (method, path, asking) => ask(base, method, path, asking),
        askRaw: (text) => askRaw(base, text),
        set: (state) => database.set(state),
        seen,
        drain: () => health.drain(),
      });
    });
  });
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
