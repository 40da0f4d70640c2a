import { ADAPTER_RULES, type Audited } from "./adapter-rules.ts";
import { type Audit, createAudit } from "./audit.ts";
import { RawHttpClient } from "./raw-http-client.ts";

/**
 * A server whose health has the options of `auditedOptions()`, with its controls. It may be in another
 * process.
 */
export interface Controlled extends Omit<Audited, "request" | "send"> {
  /** The base URL, as in `http://127.0.0.1:40000`. */
  readonly base: string;
  /** Sends a request, when that is not over HTTP/1. */
  readonly request?: Audited["request"];
  close(): unknown;
}

/**
 * Makes the audits of an adapter; `start` starts a server for each. `within` is in milliseconds: a
 * response that has not arrived by then has failed.
 */
export function controlledAudits(
  start: () => Promise<Controlled>,
  within: number,
): readonly Audit[] {
  return ADAPTER_RULES.map((rule) =>
    createAudit(rule, async (verify) => {
      const server = await start();
      const client = new RawHttpClient(server.base, within);
      try {
        await verify({
          request: server.request ?? ((...request) => client.request(...request)),
          send: (text) => client.send(text),
          set: (state) => server.set(state),
          seen: () => server.seen(),
          drain: () => server.drain(),
        });
      } finally {
        await server.close();
      }
    }),
  );
}
