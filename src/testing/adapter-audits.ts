import type { RunContext } from "../contract/check.ts";
import type { Health } from "../contract/health.ts";
import { FUNCTION, milliseconds, requireOption } from "../contract/options.ts";
import { createHealth } from "../index.ts";
import { ADAPTER_RULES, type Audited } from "./adapter-rules.ts";
import { type Audit, createAudit } from "./audit.ts";
import { Wire } from "./wire.ts";

/** A server that listens. */
export interface Mounted {
  /** Where it listens, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  close(): Promise<unknown>;
}

/**
 * Mounts a health in front of an application that answers every request with
 * `the application: <target>` and tells `saw` its path.
 */
export type Mount = (health: Health, saw: (path: string) => void) => Promise<Mounted>;

/**
 * The audits of a way in: each mounts a health of its own on a real server, puts its checks into
 * the state that it needs, and asks over real connections. `within` is in milliseconds: an answer
 * that has not come by then has failed.
 *
 * @throws `HALE_BAD_OPTION`
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { attach } from "hale/node";
 * import { adapterAudits } from "hale/testing";
 *
 * const audits = adapterAudits(async (health, saw) => {
 *   const server = createServer(({ url = "" }, response) => {
 *     saw(url);
 *     response.end(`the application: ${url}`);
 *   });
 *   attach(server, health);
 *   await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 *   const { port } = server.address() as AddressInfo;
 *   const close = async () => server.close();
 *   return { base: `http://127.0.0.1:${port}`, close };
 * });
 * for (const audit of audits) {
 *   const { status, message } = await audit.run();
 *   if (status === "failed") throw new Error(message);
 * }
 * ```
 */
export function adapterAudits(mount: Mount, within = 10_000): readonly Audit[] {
  requireOption("adapterAudits()", "mount", mount, FUNCTION);
  requireOption("adapterAudits()", "within", within, milliseconds(1000));
  return ADAPTER_RULES.map((rule) => createAudit(rule, (look) => mounted(mount, within, look)));
}

async function mounted(
  mount: Mount,
  within: number,
  look: (server: Audited) => Promise<void>,
): Promise<void> {
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
  const wire = new Wire(base, within);
  try {
    await health.whenReady();
    await look({
      ask: (method, target, asking) => wire.ask(method, target, asking),
      send: (text) => wire.send(text),
      set: (state) => database.set(state),
      seen,
      drain: () => health.drain(),
    });
  } finally {
    await health.close();
    await close();
  }
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
