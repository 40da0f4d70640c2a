import type { Health } from "../contract/health.ts";
import { FUNCTION, milliseconds, requireOption } from "../contract/options.ts";
import { createHealth } from "../health.ts";
import type { Audit } from "./audit.ts";
import { auditedOptions } from "./audited-options.ts";
import { controlledAudits } from "./controlled-audits.ts";

/** A server that listens. */
export interface Mounted {
  /** The base URL, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  close(): Promise<unknown>;
}

/**
 * A function that mounts a health in front of an application. The application responds to every request with
 * `the application: <target>` and passes its path to `saw`.
 */
export type Mount = (health: Health, saw: (path: string) => void) => Promise<Mounted>;

/**
 * Makes the audits of an adapter. Each mounts a health of its own on a real server, puts its checks into
 * the required state, and sends requests over real connections. `within` is in milliseconds: a response
 * that has not arrived by then has failed.
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
  return controlledAudits(async () => {
    const { options, set } = auditedOptions();
    const health = createHealth(options);
    const seen: string[] = [];
    const { base, close } = await mount(health, (path) => seen.push(path));
    await health.whenReady();
    return {
      base,
      set,
      seen: () => seen,
      drain: () => health.drain(),
      async close() {
        await health.close();
        await close();
      },
    };
  }, within);
}
