import { EventEmitter } from "node:events";
import type { ShutdownEnvironment } from "../../src/shutdown/graceful-shutdown.ts";

/** A process that is sent signals by the test, and never ends. */
export class FakeProcess extends EventEmitter {
  readonly env: { KUBERNETES_SERVICE_HOST?: string } = {};
  readonly pid = 4711;
  exitCode: number | undefined;
  readonly exits: (number | undefined)[] = [];
  /** How many hold it open. */
  held = 0;

  exit(code?: number): void {
    this.exits.push(code);
  }

  /** Sends itself a signal, as `process.kill(process.pid, signal)` does. */
  kill(pid: number, signal: string | number = "SIGTERM"): boolean {
    if (pid === this.pid && typeof signal === "string") this.emit(signal);
    return true;
  }

  /** How many listen to anything. */
  get listening(): number {
    return this.eventNames().reduce((sum, name) => sum + this.listenerCount(name), 0);
  }

  /** How many notify its process manager. */
  notified = 0;

  get environment(): ShutdownEnvironment {
    return {
      process: this,
      cluster: {},
      notify: () => {
        this.notified++;
        return () => this.notified--;
      },
      lead: () => undefined,
      handBack: async () => {},
      hold: () => {
        this.held++;
        return () => this.held--;
      },
    };
  }
}
