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
  /** What a request may see is a rule, which waits for the test. */
  readonly rule?: boolean;
}

/** What a service tells. */
interface Message {
  readonly log?: string;
  readonly url?: string;
  readonly grpc?: number;
  readonly closed?: true;
  readonly inspector?: string;
  readonly caller?: string;
}

/** A service with the probe thread, in a process of its own. */
export class Program {
  readonly lines: string[] = [];
  /** Who has sent a request that waits for the rule, by its header `x-caller`. */
  readonly callers: string[] = [];
  readonly child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), "hale-thread-"));
  #gates = 0;
  #url: string | undefined;
  #grpc: number | undefined;
  #closed = false;
  #inspector: string | undefined;

  constructor({ health, listen, flags = [], blocked = false, rule = false }: Start) {
    const file = join(import.meta.dirname, "programs/service.mjs");
    const blockedBy = blocked ? this.#gate : undefined;
    const options = JSON.stringify({ health, listen, blockedBy, rule });
    this.child = spawn(process.execPath, [...flags, file, options], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.child.on("message", (message: Message) => {
      if (message.log !== undefined) this.lines.push(message.log);
      if (message.caller !== undefined) this.callers.push(message.caller);
      this.#inspector ??= message.inspector;
      this.#url ??= message.url;
      this.#grpc ??= message.grpc;
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

  /** The port of its gRPC server. */
  async grpcPort(): Promise<number> {
    await this.url();
    if (this.#grpc === undefined) throw new Error("The service has no gRPC server.");
    return this.#grpc;
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

  /** Where an inspector may attach. */
  async inspector(): Promise<string> {
    this.child.send(["inspector"]);
    await until("it is known", () => this.#inspector !== undefined);
    return this.#inspector ?? "";
  }

  /** Lets the request of a caller see so much. */
  answerRule(caller: string, exposure: string): void {
    this.child.send(["answerRule", [caller, exposure]]);
  }

  /** Ends the process, which logs at its very end what comes of a connection to the port. */
  exitAndConnect(): void {
    this.child.send(["exitAndConnect"]);
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
