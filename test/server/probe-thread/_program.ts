import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HealthOptions } from "../../../src/health.ts";
import type { ListenOptions } from "../../../src/server/listen.ts";
import { until } from "../../servers/_until.ts";

/** What a service is started with; it imports hale as it was built. */
export interface Start {
  readonly health?: Omit<HealthOptions, "checks">;
  readonly listen?: Partial<ListenOptions>;
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** Stands still right after the call of `listen`, until it is released. */
  readonly blocked?: boolean;
}

/** A service with the probe thread, in a process of its own. */
export class Program {
  readonly lines: string[] = [];
  readonly child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "hale-thread-"));
  #gates = 0;
  #url: string | undefined;
  #closed = false;

  constructor({ health, listen, flags = [], blocked = false }: Start) {
    const file = join(import.meta.dirname, "programs/service.mjs");
    const blockedBy = blocked ? this.#gate : undefined;
    const options = JSON.stringify({ health, listen, blockedBy });
    this.child = spawn(process.execPath, [...flags, file, options], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.child.on("message", (message: { log?: string; url?: string; closed?: true }) => {
      if (message.log !== undefined) this.lines.push(message.log);
      this.#url ??= message.url;
      this.#closed ||= message.closed === true;
    });
  }

  get #gate(): string {
    return join(this.#folder, `${this.#gates}`);
  }

  async url(): Promise<string> {
    await until("the service listens", () => {
      if (this.child.exitCode !== null) throw new Error("The service has ended.");
      return this.#url !== undefined;
    });
    return this.#url ?? "";
  }

  /** Makes its event loop stand still until it is released. */
  block(): void {
    this.child.send(["block", this.#gate]);
  }

  release(): void {
    writeFileSync(this.#gate, "");
    this.#gates++;
  }

  drain(): void {
    this.child.send(["drain"]);
  }

  evaluateInThreads(expression: string): void {
    this.child.send(["evaluateInThreads", expression]);
  }

  async close(): Promise<void> {
    this.child.send(["close"]);
    await until("the server is closed", () => this.#closed);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a service, and ends it whatever happens. */
export async function withProgram(
  start: Start,
  use: (program: Program) => Promise<void>,
): Promise<void> {
  const program = new Program(start);
  try {
    await use(program);
  } finally {
    await program.stop();
  }
}
