import { EventEmitter } from "node:events";
import type { ShutdownEnvironment } from "../../src/shutdown/graceful-shutdown.ts";

/** A process that is sent signals by the test, and never ends. */
export class FakeProcess extends EventEmitter {
  readonly env: { KUBERNETES_SERVICE_HOST?: string } = {};
  readonly exits: number[] = [];
  /** How many hold it open. */
  held = 0;

  exit(code: number): void {
    this.exits.push(code);
  }

  /** How many listen to anything. */
  get listening(): number {
    return this.eventNames().reduce((sum, name) => sum + this.listenerCount(name), 0);
  }

  /** How many tend it. */
  tended = 0;

  get environment(): ShutdownEnvironment {
    return {
      process: this,
      tend: () => {
        this.tended++;
        return () => this.tended--;
      },
      lead: () => undefined,
      hold: () => {
        this.held++;
        return () => this.held--;
      },
    };
  }
}
